package dev.latchkey.database;

import dev.latchkey.problem.Problem;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/**
 * SQLite in a file: one connection writes, a pool of others reads what is committed.
 *
 * <p>In WAL mode readers never wait for the writer. {@code synchronous=FULL} syncs the log at every commit; with less, a
 * power cut takes acknowledged writes away.
 */
final class SqliteDatabase implements Database {
    private static final Map<String, String> PRAGMAS = Map.of(
            // Without CREATE: where the file is gone, an empty one in its place would only hide that.
            "open_mode", Integer.toString(SQLiteOpenMode.READWRITE.flag),
            "synchronous", "FULL",
            "foreign_keys", "true",
            "transaction_mode", "IMMEDIATE");

    private static final Set<Integer> PASSING = Set.of(
            SQLiteErrorCode.SQLITE_BUSY.code,
            SQLiteErrorCode.SQLITE_LOCKED.code,
            SQLiteErrorCode.SQLITE_FULL.code,
            SQLiteErrorCode.SQLITE_IOERR.code,
            SQLiteErrorCode.SQLITE_CANTOPEN.code,
            SQLiteErrorCode.SQLITE_READONLY.code,
            SQLiteErrorCode.SQLITE_PROTOCOL.code);

    private final Jdbi readers;
    private final Jdbi writer;
    private final DatabaseFile file;

    private SqliteDatabase(Jdbi readers, Jdbi writer, DatabaseFile file) {
        this.readers = readers;
        this.writer = writer;
        this.file = file;
    }

    static SqliteDatabase open(DatabaseSettings settings, Environment environment) {
        DatabaseFile file = DatabaseFile.open(Path.of(settings.url().substring("jdbc:sqlite:".length())));
        environment.healthChecks().register("database-file", file);
        // The file keeps this mode. Connections that would each change it as they open fail one another.
        Databases.migrate(settings, "TEXT", "PRAGMA journal_mode = WAL");

        // The pool of one is the lock: whoever wants to write waits for it, first come, first served.
        DataSourceFactory writerPool = pool(settings, 1, false);
        DataSourceFactory readerPool = pool(settings, settings.maxConnections(), true);
        ManagedDataSource writer = writerPool.build(environment.metrics(), "database-writer");
        ManagedDataSource readers = readerPool.build(environment.metrics(), "database");
        return new SqliteDatabase(
                Databases.jdbi(environment, readerPool, readers, "database"),
                Databases.jdbi(environment, writerPool, writer, "database-writer"),
                file);
    }

    private static DataSourceFactory pool(DatabaseSettings settings, int maxSize, boolean queryOnly) {
        DataSourceFactory pool = Databases.pool(settings, maxSize);
        pool.setDriverClass("org.sqlite.JDBC");
        Map<String, String> properties = new HashMap<>(PRAGMAS);
        properties.put("busy_timeout", Long.toString(settings.maxWait().toMilliseconds()));
        pool.setProperties(properties);
        if (queryOnly) {
            pool.setInitializationQuery("PRAGMA query_only = true");
        }
        return pool;
    }

    @Override
    public <T> T read(Function<Handle, T> query) {
        return Failures.translated(() -> readers.withHandle(query::apply), SqliteDatabase::isPassing);
    }

    @Override
    public <T> T write(Function<Handle, T> change) {
        T result = Failures.translated(() -> writer.inTransaction(change::apply), SqliteDatabase::isPassing);
        // After the commit, since what counts is that it can be found again.
        if (!file.isInPlace()) {
            throw Problem.unavailable(new NoSuchFileException("the database file was deleted, moved or replaced"));
        }
        return result;
    }

    /** Whether the failure is one of the file, the disk or another process, and not of the statement. */
    private static boolean isPassing(SQLException failure) {
        if (!(failure instanceof SQLiteException sqlite)) {
            return false;
        }
        int primaryCode = sqlite.getResultCode().code & 0xFF;
        return PASSING.contains(primaryCode);
    }
}
