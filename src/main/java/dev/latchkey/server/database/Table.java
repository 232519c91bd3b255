package dev.latchkey.server.database;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A table as the database itself describes it, so that one that comes later is copied without anybody thinking of it.
 *
 * @param key the columns of the primary key, in its order
 */
record Table(String name, List<Column> columns, List<String> key) {

    /** @param bytes how wide an integer is; 0 for everything else */
    record Column(String name, Kind kind, int bytes) {}

    enum Kind {
        TEXT,
        INTEGER,
        BOOLEAN,
        BYTES
    }

    /** Every table of the store, a table that others refer to before those. */
    static List<Table> allOf(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String schema = connection.getSchema();
        Map<String, Table> tables = new TreeMap<>();
        Map<String, Set<String>> references = new TreeMap<>();
        for (String name : names(database, schema)) {
            tables.put(name, new Table(name, columns(database, schema, name), key(database, schema, name)));
            references.put(name, references(database, schema, name));
        }
        return inOrderOfReferences(tables, references);
    }

    /** A query that fails unless every table is there that is there now, and reads none of their rows. */
    static String presenceQuery(Connection connection) throws SQLException {
        return names(connection.getMetaData(), connection.getSchema()).stream()
                .map(name -> "SELECT 1 FROM " + quoted(name) + " WHERE 1 = 0")
                .collect(Collectors.joining(" UNION ALL "));
    }

    /** The columns of a query or an insert. */
    String columnList() {
        return columns.stream().map(column -> quoted(column.name())).collect(Collectors.joining(", "));
    }

    /** Every row in the order of the primary key, which is one and the same on both databases. */
    String selection() {
        return "SELECT " + columnList() + " FROM " + quotedName() + " ORDER BY "
                + key.stream().map(Table::quoted).collect(Collectors.joining(", "));
    }

    String quotedName() {
        return quoted(name);
    }

    /** Whether rows of this one fit in the other; integers may differ in width, their values decide. */
    boolean isLike(Table other) {
        return name.equals(other.name) && key.equals(other.key) && kinds().equals(other.kinds());
    }

    private Map<String, Kind> kinds() {
        return columns.stream().collect(Collectors.toMap(Column::name, Column::kind));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static List<String> names(DatabaseMetaData database, String schema) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet tables = database.getTables(null, schema, "%", new String[] {"TABLE"})) {
            while (tables.next()) {
                names.add(tables.getString("TABLE_NAME"));
            }
        }
        names.remove(Migrations.TABLE);
        return names;
    }

    private static List<Column> columns(DatabaseMetaData database, String schema, String table) throws SQLException {
        Map<String, Column> columns = new TreeMap<>();
        // The names of both are patterns here.
        try (ResultSet rows = database.getColumns(null, schema, "%", "%")) {
            while (rows.next()) {
                if (rows.getString("TABLE_NAME").equals(table)) {
                    Column column = column(rows, table);
                    columns.put(column.name(), column);
                }
            }
        }
        // By name, since an ALTER TABLE may have added them in another order.
        return List.copyOf(columns.values());
    }

    /** By the names of the types, since SQLite's driver calls a BLOB a VARCHAR. */
    private static Column column(ResultSet row, String table) throws SQLException {
        String name = row.getString("COLUMN_NAME");
        if ("YES".equals(row.getString("IS_AUTOINCREMENT"))) {
            throw new DatabaseException(table + "." + name + " counts by itself: copying that is not implemented");
        }
        String type = row.getString("TYPE_NAME").toLowerCase(Locale.ROOT);
        return switch (type) {
            case "text" -> new Column(name, Kind.TEXT, 0);
            case "smallint", "int2" -> new Column(name, Kind.INTEGER, Short.BYTES);
            case "integer", "int4" -> new Column(name, Kind.INTEGER, Integer.BYTES);
            case "bigint", "int8" -> new Column(name, Kind.INTEGER, Long.BYTES);
            case "boolean", "bool" -> new Column(name, Kind.BOOLEAN, 0);
            case "blob", "bytea" -> new Column(name, Kind.BYTES, 0);
            default ->
                throw new DatabaseException(
                        table + "." + name + " is of type " + type + ": copying that is not implemented");
        };
    }

    private static List<String> key(DatabaseMetaData database, String schema, String table) throws SQLException {
        Map<Integer, String> columns = new TreeMap<>();
        try (ResultSet rows = database.getPrimaryKeys(null, schema, table)) {
            while (rows.next()) {
                columns.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        if (columns.isEmpty()) {
            throw new DatabaseException(table + " has no primary key: copying that is not implemented");
        }
        return List.copyOf(columns.values());
    }

    private static Set<String> references(DatabaseMetaData database, String schema, String table) throws SQLException {
        Set<String> references = new TreeSet<>();
        try (ResultSet rows = database.getImportedKeys(null, schema, table)) {
            while (rows.next()) {
                references.add(rows.getString("PKTABLE_NAME"));
            }
        }
        return references;
    }

    private static List<Table> inOrderOfReferences(Map<String, Table> tables, Map<String, Set<String>> references) {
        List<Table> ordered = new ArrayList<>();
        while (!references.isEmpty()) {
            String next = references.keySet().stream()
                    .filter(name -> references.get(name).stream().noneMatch(references::containsKey))
                    .findFirst()
                    .orElseThrow(() -> new DatabaseException(
                            references.keySet() + " refer to one another: copying that is not implemented"));
            references.remove(next);
            ordered.add(tables.get(next));
        }
        return ordered;
    }
}
