package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.FlywayException;

/** Tries whether a server could work on the store that is configured. It leaves nothing behind, and a server may be running. */
public final class StoreTrial {
    private static final String URL = "database.url";

    /** Long enough for a database far away, and short enough for somebody who waits for the result. */
    private static final String TIMEOUT_SECONDS = "5";

    /** Classes and codes of SQLSTATE, which PostgreSQL gives for what is wrong with a connection. */
    private static final String NO_SUCH_DATABASE = "3D000";

    private static final String NO_AUTHORIZATION = "28";
    private static final String NO_CONNECTION = "08";

    private final DatabaseSettings settings;
    private final List<Failure> failures = new ArrayList<>();

    /** A setting, and what follows its name in a message: why it does not work, and what to write instead. */
    public record Failure(String setting, String text) {}

    private StoreTrial(DatabaseSettings settings) {
        this.settings = settings;
    }

    /** What does not work; empty if all does. */
    public static List<Failure> run(DatabaseSettings settings) {
        StoreTrial trial = new StoreTrial(settings);
        if (settings.isSqlite()) {
            trial.trySqlite();
        } else {
            trial.tryPostgres();
        }
        return trial.failures;
    }

    private void trySqlite() {
        tryFolder("database.backupFolder", Path.of(settings.backupFolder()));
        Path file = settings.file();
        if (Files.isDirectory(file)) {
            add(URL, "names a folder, " + file + ": write the name of a file in it");
        } else if (!Files.exists(file)) {
            tryFolder(URL, file.toAbsolutePath().getParent());
        } else if (!Files.isReadable(file) || !Files.isWritable(file)) {
            add(
                    URL,
                    "names a file that this user may not read and write, " + file
                            + ": give it to the user of the server");
        } else {
            tryFolder(URL, file.toAbsolutePath().getParent());
            tryStore("write the name of another file");
        }
    }

    /** Makes a file there and deletes it, or in the folder that the server would make it in. */
    private void tryFolder(String setting, Path folder) {
        Path existing = folder.toAbsolutePath().normalize();
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            add(setting, "needs the folder " + folder + ", but " + existing + " is a file: write another path");
            return;
        }
        try {
            Files.delete(Files.createTempFile(existing, ".latchkey-check", null));
        } catch (IOException e) {
            add(
                    setting,
                    "needs the folder " + folder + ", but nothing can be written to " + existing + ": "
                            + DatabaseFile.reason(e)
                            + ": write another path, or let the user of the server write there");
        }
    }

    private void tryPostgres() {
        Map<String, String> timeouts = Map.of(
                "connectTimeout", TIMEOUT_SECONDS, "socketTimeout", TIMEOUT_SECONDS, "loginTimeout", TIMEOUT_SECONDS);
        try {
            PostgresServer.ask(new PostgresConnections(settings, "latchkey check", timeouts, null))
                    .requireUsable(settings.address());
            tryStore("write the name of another database");
        } catch (DatabaseException e) {
            add(URL, "cannot be used: " + e.getMessage());
        } catch (SQLException | RuntimeException e) {
            String reason = Failures.rootMessage(e).replace(settings.url(), settings.address());
            String state = e instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "";
            if (state.startsWith(NO_AUTHORIZATION)) {
                add(
                        "database.user",
                        "is not let in, or not with this database.password: " + reason
                                + ": write another user or password, or look into pg_hba.conf");
            } else if (state.equals(NO_SUCH_DATABASE)) {
                add(URL, "names a database that is not there: " + reason + ": write another name, or create it");
            } else if (state.startsWith(NO_CONNECTION)) {
                add(URL, "cannot be reached: " + reason + ": write another host and port, or start the database");
            } else {
                add(URL, settings.address() + " cannot be opened: " + reason);
            }
        }
    }

    private void tryStore(String instead) {
        String name = settings.address();
        try {
            MigrationCheck.requireUsable(settings, name);
        } catch (DatabaseException e) {
            add(URL, "cannot be used: " + e.getMessage() + ": " + instead);
        } catch (SQLException | FlywayException e) {
            add(
                    URL,
                    name + " cannot be opened: " + Failures.rootMessage(e).replace(settings.driverUrl(), name) + ": "
                            + instead);
        }
    }

    private void add(String setting, String text) {
        failures.add(new Failure(setting, text));
    }
}
