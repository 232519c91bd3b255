package dev.latchkey.sessions;

import dev.latchkey.api.SessionsApi;
import dev.latchkey.api.model.EndAllSessionsResponse;
import dev.latchkey.api.model.EndSessionResponse;
import dev.latchkey.api.model.ListSessionsResponse;
import dev.latchkey.api.model.SessionList;
import dev.latchkey.server.auth.Caller;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** The operations tagged Sessions. */
public final class SessionsResource implements SessionsApi {
    private final Sessions sessions;

    public SessionsResource(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public Response listSessions(Caller caller) {
        SessionList list = new SessionList()
                .sessions(sessions.list(caller.userId()).stream()
                        .map(session -> toBody(session, caller))
                        .toList());
        return Response.ok(new ListSessionsResponse().data(list)).build();
    }

    @Override
    public Response endSession(String sessionId, Caller caller) {
        sessions.end(caller.userId(), sessionId);
        return Response.ok(new EndSessionResponse()).build();
    }

    @Override
    public Response endAllSessions(Caller caller) {
        sessions.endAll(caller.userId());
        return Response.ok(new EndAllSessionsResponse()).build();
    }

    private static dev.latchkey.api.model.Session toBody(Session session, Caller caller) {
        return new dev.latchkey.api.model.Session()
                .sessionId(session.id())
                .createdAt(utc(session.createdAt()))
                .lastUsedAt(utc(session.lastUsedAt()))
                .expiresAt(utc(session.expiresAt()))
                .address(session.origin().address())
                .userAgent(session.origin().userAgent())
                .current(session.id().equals(caller.sessionId()));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC);
    }
}
