package dev.latchkey.server.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/**
 * A SQLite store that no process has open, and that none can open until this is closed.
 *
 * <p>In WAL mode every connection that has read holds SQLite's shared lock on the file until it is closed. So the owner of the exclusive
 * lock is alone.
 */
final class StoppedStore implements AutoCloseable {
    /** The bytes that SQLite locks (<a href="https://sqlite.org/fileformat2.html#the_lock_byte_page">file format</a>). */
    private static final long LOCK_BYTES = 0x4000_0000;

    private static final int LOCK_BYTES_LENGTH = 512;

    private static final byte[] SIGNATURE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private static final Set<Integer> IN_USE =
            Set.of(SQLiteErrorCode.SQLITE_BUSY.code, SQLiteErrorCode.SQLITE_LOCKED.code);
    private static final Set<Integer> DAMAGED =
            Set.of(SQLiteErrorCode.SQLITE_NOTADB.code, SQLiteErrorCode.SQLITE_CORRUPT.code);

    private final Lock lock;

    private interface Lock {
        void release() throws SQLException, IOException;
    }

    private StoppedStore(Lock lock) {
        this.lock = lock;
    }

    /**
     * Locks the store, and empties its log into the file, so that the file alone is the store. A damaged file is not changed.
     *
     * <p>Must not be used in a process in which SQLite has the file open: reading the file here would release SQLite's locks.
     *
     * @throws DatabaseException if a process has it open
     */
    static StoppedStore take(Path file) throws SQLException, IOException {
        if (!Files.exists(file)) {
            return new StoppedStore(() -> {});
        }
        if (!isDatabase(file)) {
            return takeDamaged(file);
        }
        Connection connection = SqliteSnapshot.connect(file, SQLiteOpenMode.READWRITE);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 0");
            statement.execute("PRAGMA journal_mode = DELETE");
            statement.execute("BEGIN EXCLUSIVE");
            try (ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
                if (!mode.next() || !mode.getString(1).equals("delete")) {
                    // A server that started in between has restored WAL mode, in which the lock does not keep readers
                    // out.
                    connection.close();
                    throw inUse(file);
                }
            }
            return new StoppedStore(connection::close);
        } catch (SQLiteException e) {
            connection.close();
            int primaryCode = e.getResultCode().code & 0xFF;
            if (IN_USE.contains(primaryCode)) {
                throw inUse(file);
            }
            if (DAMAGED.contains(primaryCode)) {
                return takeDamaged(file);
            }
            throw e;
        }
    }

    /** Checked first, because SQLite would delete the log of a file that it cannot read. */
    private static boolean isDatabase(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(SIGNATURE.length), SIGNATURE);
        }
    }

    /** Takes the same lock without SQLite, which refuses to open the file. */
    private static StoppedStore takeDamaged(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock(LOCK_BYTES, LOCK_BYTES_LENGTH, false);
        if (lock == null) {
            channel.close();
            throw inUse(file);
        }
        return new StoppedStore(channel::close);
    }

    private static DatabaseException inUse(Path file) {
        return new DatabaseException(file + " is in use: stop the server first");
    }

    @Override
    public void close() throws SQLException, IOException {
        lock.release();
    }
}
