package dev.latchkey.server.database;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Copies a whole store into an empty one; each can be on SQLite or PostgreSQL. */
public final class StoreCopy {
    private final CopyStore source;
    private final CopyStore target;
    private final Progress progress;
    private long total;
    private long done;

    /** A table that was copied and verified. */
    public record CopiedTable(String name, long rows, String sha256) {}

    /** Is told of every row. */
    public interface Progress {
        /** {@code done} rows of {@code total}; each row counts twice, when it is copied and when it is verified. */
        void at(String step, long done, long total);
    }

    private StoreCopy(CopyStore source, CopyStore target, Progress progress) {
        this.source = source;
        this.target = target;
        this.progress = progress;
    }

    /**
     * Creates the tables of the target if they are missing, and copies everything in one transaction, while the source is locked for
     * writes. The copy is read back and compared before the commit.
     *
     * @throws DatabaseException if that fails; then the target is still empty, unless the message says that the outcome of the commit
     *     is unknown
     */
    public static List<CopiedTable> run(DatabaseSettings from, DatabaseSettings to, Progress progress) {
        Databases.requireStore(from);
        if (to.isSqlite()) {
            DatabaseFile.open(to.file(), "--to");
        }
        Databases.migrate(to, "--to");
        try (CopyStore target = CopyStore.open(to)) {
            List<Table> targetTables = Table.allOf(target.connection());
            target.begin(targetTables);
            for (Table table : targetTables) {
                if (target.count(table) > 0) {
                    throw new DatabaseException(to.address() + " is not empty: it has " + table.name());
                }
            }
            try (CopyStore source = CopyStore.open(from)) {
                List<Table> sourceTables = Table.allOf(source.connection());
                requireAlike(sourceTables, targetTables);
                source.begin(sourceTables);
                return new StoreCopy(source, target, progress).copyAll(sourceTables, targetTables);
            }
        } catch (SQLException | IOException e) {
            throw new DatabaseException("nothing was copied: " + Failures.rootMessage(e), e);
        }
    }

    private static void requireAlike(List<Table> source, List<Table> target) {
        if (source.size() != target.size()) {
            throw new DatabaseException("the tables differ: " + names(source) + " and " + names(target));
        }
        for (int i = 0; i < source.size(); i++) {
            if (!source.get(i).isLike(target.get(i))) {
                throw new DatabaseException("the tables differ: " + source.get(i) + " and " + target.get(i));
            }
        }
    }

    private static List<String> names(List<Table> tables) {
        return tables.stream().map(Table::name).toList();
    }

    private List<CopiedTable> copyAll(List<Table> sourceTables, List<Table> targetTables)
            throws SQLException, IOException {
        for (Table table : sourceTables) {
            total += 2 * source.count(table);
        }
        List<CopiedTable> copied = new ArrayList<>();
        for (int i = 0; i < sourceTables.size(); i++) {
            copied.add(copy(sourceTables.get(i), targetTables.get(i)));
        }
        // After all tables are copied, because copying a table may have changed another one.
        for (int i = 0; i < copied.size(); i++) {
            verify(copied.get(i), targetTables.get(i));
        }
        commit();
        return copied;
    }

    private void commit() {
        try {
            target.commit();
        } catch (SQLException e) {
            throw new DatabaseException(
                    "everything was sent, but it is not known whether it was committed; run this again: it changes nothing if it"
                            + " was: " + Failures.rootMessage(e),
                    e);
        }
    }

    private CopiedTable copy(Table from, Table to) throws SQLException, IOException {
        Checksum sent = new Checksum();
        try (CopyStore.RowWriter writer = target.writer(to)) {
            source.read(from, row -> {
                sent.add(row);
                writer.accept(row);
                progress.at("copying " + from.name(), ++done, total);
            });
        }
        return new CopiedTable(from.name(), sent.rows(), sent.hex());
    }

    private void verify(CopiedTable expected, Table table) throws SQLException, IOException {
        Checksum arrived = new Checksum();
        target.read(table, row -> {
            arrived.add(row);
            progress.at("checking " + table.name(), ++done, total);
        });
        if (arrived.rows() != expected.rows() || !arrived.hex().equals(expected.sha256())) {
            throw new DatabaseException("nothing was copied: " + table.name() + " differs from its source ("
                    + arrived.rows() + " rows of " + expected.rows() + ")");
        }
    }
}
