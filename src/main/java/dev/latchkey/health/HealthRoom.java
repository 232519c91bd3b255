package dev.latchkey.health;

import dev.latchkey.server.http.ServerParts;
import dev.latchkey.server.limits.CurrentClient;

/** Probes: whether the server runs, and whether it is ready. */
public final class HealthRoom {
    private static final String[] PROBES = {"/health/live", "/health/ready"};

    /** Adds the operations tagged Health. */
    public void addTo(ServerParts server, CurrentClient client) {
        server.resource(new HealthResource(server.readiness(), client)).withoutLogLine(PROBES);
    }
}
