package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.latchkey.server.database.OldStore.OldUser;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a store of version 3 says of addresses, and what becomes of it. */
@ParameterizedClass
@EnumSource(Engine.class)
final class MailboxMigrationIT {
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(MailboxMigration.class);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final DatabaseSettings settings;

    MailboxMigrationIT(Engine engine) {
        settings = engine.newDatabase();
        OldStore.make(settings, 3);
    }

    @BeforeEach
    void listen() {
        log.start();
        LOGGER.addAppender(log);
        LOGGER.setAdditive(false);
    }

    @AfterEach
    void leave() {
        LOGGER.detachAppender(log);
        LOGGER.setAdditive(true);
    }

    @Test
    void putsDomainsIntoAsciiAndLeavesTheRest() throws Exception {
        add("1", "Alice@Example.com", "alice@example.com");
        add("2", "x@MÜNCHEN.de", "x@münchen.de");
        add("3", "ß@straße.de", "ss@strasse.de");
        add("4", "x@例え。テスト", "x@例え。テスト");
        add("5", "zoë@xn--mnchen-3ya.de", "zoë@xn--mnchen-3ya.de");
        add("6", "no address at all", "no address at all");

        assertThat(keys())
                .containsExactly(
                        Map.entry("1", "alice@example.com"),
                        Map.entry("2", "x@xn--mnchen-3ya.de"),
                        Map.entry("3", "ss@xn--strae-oqa.de"),
                        Map.entry("4", "x@xn--r8jz45g.xn--zckzah"),
                        Map.entry("5", "zoë@xn--mnchen-3ya.de"),
                        Map.entry("6", "no address at all"));
        assertThat(column("email")).containsEntry("2", "x@MÜNCHEN.de").containsEntry("3", "ß@straße.de");
        assertThat(log.list).isEmpty();
    }

    @Test
    void leavesAllUsersOfOneMailboxAndNamesThemOnce() throws Exception {
        add("1", "x@münchen.de", "x@münchen.de");
        add("2", "X@xn--mnchen-3ya.de", "x@xn--mnchen-3ya.de");
        add("3", "x@mün\u00adchen.de", "x@mün\u00adchen.de");
        add("4", "y@mün\u00adchen.de", "y@mün\u00adchen.de");
        add("5", "y@münchen.de", "y@münchen.de");

        assertThat(keys())
                .containsExactly(
                        Map.entry("1", "x@xn--mnchen-3ya.de\t1"),
                        Map.entry("2", "x@xn--mnchen-3ya.de"),
                        Map.entry("3", "x@xn--mnchen-3ya.de\t3"),
                        Map.entry("4", "y@xn--mnchen-3ya.de"),
                        Map.entry("5", "y@xn--mnchen-3ya.de\t5"));
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getLevel()).isEqualTo(Level.WARN);
        assertThat(log.list.get(0).getFormattedMessage())
                .endsWith(" users 2 and 1, 2 and 3, 4 and 5")
                .doesNotContain("@");

        assertThat(keys()).hasSize(5);
        assertThat(log.list).as("the next start").hasSize(1);
    }

    /** Whose old form is another one's new form has another new form. */
    @Test
    void nobodyIsInTheWayOfAnother() throws Exception {
        add("1", "x@stra\u00adsse.de", "x@stra\u00adsse.de");
        add("2", "x@straße.de", "x@strasse.de");

        assertThat(keys()).containsExactly(Map.entry("1", "x@strasse.de"), Map.entry("2", "x@xn--strae-oqa.de"));
        assertThat(log.list).isEmpty();
    }

    /** Addresses with other spaces than U+0020 were once taken, and form KC makes them that one. */
    @ParameterizedTest
    @ValueSource(strings = {"\u00a0", "\u2003", "\u2009", "\u202f", "\u205f", "\u3000"})
    void noAddressIsInTheWayOfOneThatIsPutAside(String space) throws Exception {
        add("1", "x@münchen.de", "x@münchen.de");
        add("2", "x@xn--mnchen-3ya.de" + space + "1", "x@xn--mnchen-3ya.de 1");

        assertThat(keys())
                .containsExactly(Map.entry("1", "x@xn--mnchen-3ya.de"), Map.entry("2", "x@xn--mnchen-3ya.de 1"));
        assertThat(log.list).isEmpty();
    }

    @Test
    void forgetsNobodyOfMany() throws Exception {
        List<OldUser> users = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            users.add(new OldUser("user " + i, i + "@münchen.de", i + "@münchen.de"));
            users.add(new OldUser("other " + i, i + "@xn--mnchen-3ya.de", i + "@xn--mnchen-3ya.de"));
        }
        OldStore.addUsers(settings, users);

        Map<String, String> keys = keys();
        for (int i = 0; i < 2_500; i++) {
            String form = i + "@xn--mnchen-3ya.de";
            assertThat(keys).containsEntry("other " + i, form).containsEntry("user " + i, form + "\tuser " + i);
        }
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getFormattedMessage())
                .contains("other 0 and user 0, ")
                .endsWith(", and 1500 more");
    }

    @Test
    void aCopyHasTheFormsOfTheMigratedStore() throws Exception {
        add("1", "x@münchen.de", "x@münchen.de");
        add("2", "x@xn--mnchen-3ya.de", "x@xn--mnchen-3ya.de");
        for (Engine engine : Engine.values()) {
            DatabaseSettings target = engine.newDatabase();
            assertThatThrownBy(() -> {
                        DatabaseSettings old = engine.newDatabase();
                        OldStore.make(old, 3);
                        StoreCopy.run(old, target, (step, done, total) -> {});
                    })
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageEndingWith("was made by an older Latchkey: start the server on it once");
        }
        Map<String, String> keys = keys();
        for (Engine engine : Engine.values()) {
            DatabaseSettings target = engine.newDatabase();
            StoreCopy.run(settings, target, (step, done, total) -> {});
            assertThat(column(target, "email_key")).isEqualTo(keys);
        }
        assertThat(log.list).hasSize(1);
    }

    private void add(String id, String email, String emailKey) {
        OldStore.addUser(settings, id, email, emailKey);
    }

    /** Starts on the store, and says by user id which forms the addresses have then. */
    private Map<String, String> keys() throws Exception {
        return column("email_key");
    }

    private Map<String, String> column(String name) throws Exception {
        return column(settings, name);
    }

    private static Map<String, String> column(DatabaseSettings settings, String name) throws Exception {
        try (TestDatabase store = new TestDatabase(settings)) {
            Map<String, String> byUser = new TreeMap<>();
            store.database().read(handle -> handle.createQuery("SELECT id, " + name + " FROM users")
                    .map((row, context) -> byUser.put(row.getString(1), row.getString(2)))
                    .list());
            return byUser;
        }
    }
}
