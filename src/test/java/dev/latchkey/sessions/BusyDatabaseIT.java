package dev.latchkey.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Promise 19, where requests have taken every connection of a server. */
@Timeout(60)
final class BusyDatabaseIT {
    @RegisterExtension
    static final ServerExtension SERVER =
            new ServerExtension(Engine.POSTGRES, "database.maxConnections", "1", "database.maxWait", "5m");

    @Test
    void followsWhatEndsElsewhere() throws Exception {
        ServerExtension another = SERVER.another();
        another.start();
        try (Connection outside = Engine.connect(SERVER.database())) {
            Api api = SERVER.api();
            String name = Api.newName();
            api.register(name);
            String token = api.logIn(name).access();
            String busy = api.newToken();
            assertThat(reading(api, token)).isEqualTo("400 INVALID_REQUEST");

            outside.setAutoCommit(false);
            execute(outside, "LOCK TABLE entries");
            CompletableFuture<Api.Answer> waiting = CompletableFuture.supplyAsync(() -> api.read(busy, "k"));
            Await.until(BusyDatabaseIT::isSomebodyWaiting);
            assertThat(another.api().as(token, "DELETE", "/api/token", null).status())
                    .isEqualTo(200);
            Await.until(() -> reading(api, token).startsWith("401"));

            outside.rollback();
            assertThat(waiting.join().status()).isEqualTo(404);
        } finally {
            another.stop();
        }
    }

    /** What is answered before the database is asked. */
    private static String reading(Api api, String token) {
        return api.as(token, "POST", "/api/data", "{").outcome();
    }

    private static boolean isSomebodyWaiting() throws SQLException {
        try (Connection connection = Engine.connect(SERVER.database());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'entries'::regclass")) {
            return row.next();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
