package dev.latchkey.health;

import dev.latchkey.api.HealthApi;
import dev.latchkey.api.model.ErrorCodeBody;
import dev.latchkey.api.model.LivenessResponseBody;
import dev.latchkey.api.model.NotReadyResponseBody;
import dev.latchkey.api.model.ReadinessBody;
import dev.latchkey.api.model.ReadinessCheckBody;
import dev.latchkey.api.model.ReadinessResponseBody;
import dev.latchkey.server.health.Readiness;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.server.problem.ErrorCode;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** The operations tagged Health. */
public final class HealthResource implements HealthApi {
    private final Readiness readiness;
    private final CurrentClient client;

    HealthResource(Readiness readiness, CurrentClient client) {
        this.readiness = readiness;
        this.client = client;
    }

    @Override
    public Response readLiveness() {
        return Response.ok(new LivenessResponseBody()).build();
    }

    @Override
    public Response readReadiness() {
        List<Readiness.State> states = readiness.states();
        ReadinessBody results = new ReadinessBody()
                .checks(states.stream().map(HealthResource::toBody).toList());
        if (states.stream().allMatch(state -> state.complaint().isEmpty() || !state.isNeeded())) {
            return Response.ok(new ReadinessResponseBody().data(results)).build();
        }
        return Response.status(ErrorCode.NOT_READY.status())
                .entity(new NotReadyResponseBody()
                        .code(ErrorCodeBody.NOT_READY)
                        .message(ErrorCode.NOT_READY.message())
                        .data(results)
                        .requestId(client.requestId()))
                .build();
    }

    private static ReadinessCheckBody toBody(Readiness.State state) {
        return new ReadinessCheckBody()
                .name(state.name())
                .healthy(state.complaint().isEmpty())
                .reason(state.complaint().orElse(null));
    }
}
