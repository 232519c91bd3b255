package dev.latchkey.sessions;

import dev.latchkey.api.SessionsApi;
import dev.latchkey.api.model.EndAllSessionsResponseBody;
import dev.latchkey.api.model.EndSessionResponseBody;
import dev.latchkey.api.model.ListSessionsResponseBody;
import dev.latchkey.api.model.SessionBody;
import dev.latchkey.api.model.SessionListBody;
import dev.latchkey.server.auth.Caller;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** The operations tagged Sessions. */
public final class SessionsResource implements SessionsApi {
    private final Sessions sessions;

    SessionsResource(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public Response listSessions(Caller caller) {
        SessionListBody list = new SessionListBody()
                .sessions(sessions.list(caller.userId()).stream()
                        .map(session -> toBody(session, caller))
                        .toList());
        return Response.ok(new ListSessionsResponseBody().data(list)).build();
    }

    @Override
    public Response endSession(String sessionId, Caller caller) {
        sessions.end(caller.userId(), sessionId);
        return Response.ok(new EndSessionResponseBody()).build();
    }

    @Override
    public Response endAllSessions(Caller caller) {
        sessions.endAll(caller.userId());
        return Response.ok(new EndAllSessionsResponseBody()).build();
    }

    private static SessionBody toBody(Session session, Caller caller) {
        return new SessionBody()
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
