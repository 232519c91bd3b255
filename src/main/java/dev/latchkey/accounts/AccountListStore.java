package dev.latchkey.accounts;

import dev.latchkey.data.KeyRange;
import dev.latchkey.server.database.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Pages of the table {@code users}. All questions are for a range of an index. */
final class AccountListStore {
    private final Database database;
    private final Clock clock;

    AccountListStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Row(String key, AccountState account) {}

    AccountPage list(AccountQuery query) {
        Instant now = clock.instant();
        return database.read(handle -> {
            long total = count(handle, query);
            List<Row> rows = rows(handle, query, now);
            boolean hasNext = rows.size() > query.size();
            List<Row> page = hasNext ? rows.subList(0, query.size()) : rows;
            return new AccountPage(
                    page.stream().map(Row::account).toList(),
                    total,
                    hasNext ? page.get(page.size() - 1).key() : null);
        });
    }

    private static long count(Handle handle, AccountQuery query) {
        return handle.createQuery("SELECT count(*) FROM users" + within(query))
                .bindMap(bounds(query.all()))
                .mapTo(Long.class)
                .one();
    }

    /** One more than wanted, if there are so many. */
    private static List<Row> rows(Handle handle, AccountQuery query, Instant now) {
        String column = query.order().column();
        return handle.createQuery(UserStore.STATE + within(query) + " ORDER BY " + column + " LIMIT :limit")
                .bindMap(bounds(query.rest()))
                .bind("now", now.toEpochMilli())
                .bind("limit", query.size() + 1)
                .map((row, context) -> new Row(row.getString(column), UserStore.state(row)))
                .list();
    }

    private static String within(AccountQuery query) {
        String column = query.order().column();
        return " WHERE " + column + " >= :from AND " + column + " < :to";
    }

    private static Map<String, String> bounds(KeyRange range) {
        return Map.of("from", range.from(), "to", range.to());
    }
}
