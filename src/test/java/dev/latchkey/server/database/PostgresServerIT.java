package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database on which the server would start, and fail or lose something later. */
final class PostgresServerIT {
    private final DatabaseSettings settings = Engine.POSTGRES.newDatabase();
    private final String name = settings.url().replaceFirst(".*/", "");

    @ParameterizedTest
    @ValueSource(strings = {"SQL_ASCII", "LATIN1", "LATIN9", "WIN1252", "KOI8R", "EUC_JP", "EUC_KR"})
    void anEncodingThatCannotHoldEveryTextIsRefused(String encoding) throws Exception {
        execute("CREATE DATABASE " + name + "_2 TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' ENCODING '" + encoding
                + "'");
        DatabaseSettings other = settings.elsewhere(settings.url() + "_2", settings.user(), null);
        String reason = " has the encoding " + encoding + ", which cannot hold every text: make a database with"
                + " ENCODING 'UTF8' TEMPLATE template0";
        assertRefused(other, reason);
        assertThatThrownBy(() -> Databases.migrate(other, "--to"))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("--to " + other.address() + reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATABASE", "ROLE"})
    void aDatabaseThatCannotBeWrittenIsRefused(String level) throws Exception {
        String whose = level.equals("ROLE") ? "ROLE " + settings.user() + " IN DATABASE " + name : "DATABASE " + name;
        execute("ALTER " + whose + " SET default_transaction_read_only = on");
        assertReadOnly(settings);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?readOnly=true",
                "?readOnly=true&readOnlyMode=always",
                "?readOnly=true&readOnlyMode=transaction",
                "?options=-c%20default_transaction_read_only=on"
            })
    void aUrlThatForbidsWritingIsRefused(String parameters) {
        assertReadOnly(settings.elsewhere(settings.url() + parameters, settings.user(), null));
    }

    private static void assertReadOnly(DatabaseSettings settings) {
        assertRefused(
                settings,
                " is read-only: give the address of the primary if it is a standby, or else switch off"
                        + " default_transaction_read_only, and readOnly in the URL");
    }

    @Test
    void aDatabaseThatDoesNotHoldRowsTogetherIsRefused() throws Exception {
        execute("ALTER DATABASE " + name + " SET session_replication_role = replica");
        assertRefused(
                settings, " does not enforce foreign keys: session_replication_role is replica, set it to origin");
    }

    @ParameterizedTest
    @ValueSource(ints = {8_03_23, 9_00_01, 9_04_26})
    void aVersionThatIsTooOldIsRefused(int version) throws Exception {
        execute("CREATE SCHEMA pretence");
        execute("CREATE FUNCTION pretence.current_setting(name text) RETURNS text LANGUAGE sql AS $$"
                + " SELECT CASE name WHEN 'server_version_num' THEN '" + version
                + "' ELSE pg_catalog.current_setting(name) END $$");
        execute("ALTER DATABASE " + name + " SET search_path = public, pretence, pg_catalog");
        assertRefused(settings, " is too old: use PostgreSQL 14 or newer");
    }

    private static void assertRefused(DatabaseSettings settings, String reason) {
        assertThatThrownBy(() -> new TestDatabase(settings))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("database.url " + settings.address() + reason);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = Engine.connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
