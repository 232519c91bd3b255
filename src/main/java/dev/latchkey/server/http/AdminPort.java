package dev.latchkey.server.http;

import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;

/** The port for operators. */
public final class AdminPort {
    private AdminPort() {}

    /** Keeps internal pages for this machine, unless the settings say otherwise. */
    public static void guard(Environment environment, AdminPortSettings settings) {
        if (!settings.exposeInternals()) {
            environment
                    .admin()
                    .addFilter("internal pages", new InternalPagesFilter())
                    .addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
        }
    }
}
