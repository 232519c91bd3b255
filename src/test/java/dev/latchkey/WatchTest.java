package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Scrape;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.Watch;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The alert rules and the dashboard ask for what a server has. */
final class WatchTest {

    @Test
    void asksForMetricsThatAServerHas() {
        Set<String> had = new TreeSet<>();
        for (Engine engine : Engine.values()) {
            ServerExtension server = ServerExtension.shared(engine);
            server.api().newToken();
            had.addAll(Scrape.of(server).names());
        }

        assertThat(Watch.panels()).hasSizeGreaterThan(40).allSatisfy((panel, query) -> assertThat(had)
                .containsAll(Watch.metrics(query)));
        assertThat(Watch.alerts()).hasSizeGreaterThan(15).allSatisfy((alert, query) -> assertThat(had)
                .containsAll(Watch.metrics(query)));
    }

    @Test
    void raisesEachAlertInATest() {
        assertThat(Watch.testedAlerts()).isEqualTo(Watch.alerts().keySet());
    }
}
