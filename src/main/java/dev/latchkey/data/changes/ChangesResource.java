package dev.latchkey.data.changes;

import dev.latchkey.api.ChangesApi;
import dev.latchkey.api.model.ReadChangesResponseBody;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.http.OpenResponse;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.server.threads.Stages;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The operation tagged Changes. */
public final class ChangesResource implements ChangesApi {
    private final Following following;
    private final CurrentClient client;

    ChangesResource(Following following, CurrentClient client) {
        this.following = following;
        this.client = client;
    }

    @Override
    public CompletionStage<Response> readChanges(
            Long since, Integer limit, Integer wait, Boolean values, Long lastEventID, Caller caller) {
        long from = lastEventID == null ? since : lastEventID;
        HttpServletRequest request = client.request();
        boolean isHead = request.getMethod().equals(HttpMethod.HEAD);
        Following.Reader reader = following.reader(
                caller.userId(), from, values, Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION)));
        if (!isHead && prefersStream()) {
            return CompletableFuture.completedFuture(stream(reader));
        }
        CompletionStage<ChangePage> next = reader.next(limit, isHead ? Duration.ZERO : Duration.ofSeconds(wait));
        client.holdNoThread();
        return Stages.then(next, page -> Response.ok(
                        new ReadChangesResponseBody().data(ChangeBodies.of(page.get())),
                        MediaType.APPLICATION_JSON_TYPE)
                .build());
    }

    private Response stream(Following.Reader reader) {
        OpenResponse response = new OpenResponse(client.request());
        reader.stream(response);
        client.holdNoThread();
        return Response.ok(response.entity(), MediaType.SERVER_SENT_EVENTS_TYPE)
                // Nginx would hold events back until a buffer is full.
                .header("X-Accel-Buffering", "no")
                .build();
    }

    /** Whether the client likes a stream better than one answer. */
    private boolean prefersStream() {
        for (MediaType accepted : client.accepted()) {
            if (Double.parseDouble(accepted.getParameters().getOrDefault("q", "1")) == 0) {
                continue;
            }
            if (accepted.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
                return false;
            }
            if (accepted.isCompatible(MediaType.SERVER_SENT_EVENTS_TYPE)) {
                return true;
            }
        }
        return false;
    }
}
