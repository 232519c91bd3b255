package dev.latchkey.server.database;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyInputStream;
import org.postgresql.copy.PGCopyOutputStream;

/**
 * A PostgreSQL database as the source or target of a copy.
 *
 * <p>Rows are streamed by {@code COPY}: a fetch size or a batch that suits small rows would take too much memory once each row has a
 * megabyte.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, binary format</a>
 */
final class PostgresCopyStore implements CopyStore {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};
    private static final int END = -1;
    private static final int NULL = -1;
    private static final int BUFFER_BYTES = 64 << 10;

    private final Connection connection;
    private final long lockMillis;

    PostgresCopyStore(DatabaseSettings settings) throws SQLException {
        connection = new PostgresConnections(settings, "latchkey copy-store").getConnection();
        lockMillis = settings.maxWait().toMilliseconds();
    }

    @Override
    public Connection connection() {
        return connection;
    }

    /** Takes the lock before the snapshot, which the first query takes, so that nothing is written in between. */
    @Override
    public void begin(List<Table> tables) throws SQLException {
        connection.setAutoCommit(false);
        // All settings are for this transaction only: behind a pooler, another connection may get the session.
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        execute("SET LOCAL lock_timeout = " + lockMillis);
        execute("SET LOCAL statement_timeout = 0");
        execute("LOCK TABLE " + tables.stream().map(Table::quotedName).collect(Collectors.joining(", "))
                + " IN SHARE ROW EXCLUSIVE MODE");
        // Overrides settings of the role, because a large copy takes long. Not every version has all of these.
        execute("SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN"
                + " ('idle_in_transaction_session_timeout', 'transaction_timeout')");
        // A copy must be on disk before it is reported.
        execute("SELECT set_config('synchronous_commit', 'on', true)"
                + " WHERE current_setting('synchronous_commit') = 'off'");
    }

    @Override
    public void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void read(Table table, Rows rows) throws SQLException, IOException {
        String copy = "COPY (" + table.selection() + ") TO STDOUT (FORMAT binary)";
        try (DataInputStream in = new DataInputStream(
                new BufferedInputStream(new PGCopyInputStream(connection.unwrap(PGConnection.class), copy)))) {
            if (!Arrays.equals(in.readNBytes(SIGNATURE.length), SIGNATURE)) {
                throw new IOException("PostgreSQL sends rows in an unknown format");
            }
            in.readInt();
            in.skipNBytes(in.readInt());
            for (int fields = in.readShort(); fields != END; fields = in.readShort()) {
                byte[][] row = new byte[fields][];
                for (int i = 0; i < fields; i++) {
                    int length = in.readInt();
                    if (length != NULL) {
                        byte[] field = in.readNBytes(length);
                        row[i] = table.columns().get(i).kind() == Table.Kind.INTEGER ? widened(field) : field;
                    }
                }
                rows.accept(row);
            }
        }
    }

    private static byte[] widened(byte[] integer) {
        return ByteBuffer.allocate(Long.BYTES)
                .putLong(new BigInteger(integer).longValueExact())
                .array();
    }

    @Override
    public RowWriter writer(Table table) throws SQLException, IOException {
        String copy = "COPY " + table.quotedName() + " (" + table.columnList() + ") FROM STDIN (FORMAT binary)";
        DataOutputStream out =
                new DataOutputStream(new PGCopyOutputStream(connection.unwrap(PGConnection.class), copy, BUFFER_BYTES));
        out.write(SIGNATURE);
        out.writeInt(0);
        out.writeInt(0);
        return new CopyIn(table, out);
    }

    private record CopyIn(Table table, DataOutputStream out) implements RowWriter {

        @Override
        public void accept(byte[][] row) throws IOException {
            out.writeShort(row.length);
            for (int i = 0; i < row.length; i++) {
                if (row[i] == null) {
                    out.writeInt(NULL);
                    continue;
                }
                Table.Column column = table.columns().get(i);
                byte[] field = column.kind() == Table.Kind.INTEGER ? narrowed(row[i], column) : row[i];
                out.writeInt(field.length);
                out.write(field);
            }
        }

        private byte[] narrowed(byte[] integer, Table.Column column) {
            int spare = Long.BYTES - column.bytes();
            byte[] narrow = Arrays.copyOfRange(integer, spare, Long.BYTES);
            if (!Arrays.equals(widened(narrow), integer)) {
                throw new DatabaseException(table.name() + "." + column.name() + " holds a number that is too large");
            }
            return narrow;
        }

        @Override
        public void close() throws IOException {
            out.writeShort(END);
            out.close();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
