package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.jersey3.InstrumentedResourceMethodApplicationListener;
import io.dropwizard.jersey.DropwizardResourceConfig;
import java.util.List;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.junit.jupiter.api.Test;

final class JerseyContainerTest {

    /** Else each request would be made into events again, without anybody noticing. */
    @Test
    void knowsWhoListensToRequests() {
        List<ApplicationEventListener> listeners = new DropwizardResourceConfig()
                .getInstances().stream()
                        .filter(ApplicationEventListener.class::isInstance)
                        .map(ApplicationEventListener.class::cast)
                        .toList();

        assertThat(listeners).hasAtLeastOneElementOfType(InstrumentedResourceMethodApplicationListener.class);
        assertThat(listeners)
                .filteredOn(listener -> !(listener instanceof InstrumentedResourceMethodApplicationListener))
                .allSatisfy(listener -> assertThat(listener.onRequest(null)).isNull());
    }
}
