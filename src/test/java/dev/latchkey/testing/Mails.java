package dev.latchkey.testing;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.credentials.recovery.Links;
import dev.latchkey.credentials.recovery.RecoveryLimits;
import dev.latchkey.credentials.recovery.RecoveryRoom;
import dev.latchkey.mail.Letter;
import dev.latchkey.mail.LetterWriter;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.MailRoom;
import dev.latchkey.mail.MailSettings;
import dev.latchkey.mail.Placeholder;
import dev.latchkey.mail.WaitingMail;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.sessions.SessionSettings;
import dev.latchkey.sessions.SessionsRoom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** STAND-IN until there is a sender: the mails of a server, written by another server on its store. */
public final class Mails implements AutoCloseable {
    private final ServerExtension server;
    private final TestDatabase database;
    private final LetterWriter letters;
    private final List<Received> received = new ArrayList<>();

    public Mails(ServerExtension server) {
        this.server = server;
        database = new TestDatabase(server.database());
        Clock clock = Clock.systemUTC();
        RecoveryRoom room = new RecoveryRoom(
                database.database(),
                new MailRoom(database.database(), MailSettings.defaults(), clock).outbox(),
                new SessionsRoom(database.database(), database.database(), SessionSettings.defaults(), clock),
                RecoveryLimits.of(LimitSettings.defaults(), new MetricRegistry()),
                clock);
        letters = room.letters(new Links("http://localhost/verify", "http://localhost/reset", "http://app/login"));
    }

    /** What arrived. */
    public record Received(String kind, String address, String code, String token, String locale) {}

    /** All mails to this address so far, the oldest first. */
    public List<Received> to(String address) {
        fetch();
        return received.stream().filter(mail -> mail.address().equals(address)).toList();
    }

    private synchronized void fetch() {
        try (Connection connection = Engine.connect(server.database());
                Statement statement = connection.createStatement()) {
            List<WaitingMail> waiting = new ArrayList<>();
            try (ResultSet row = statement.executeQuery("SELECT * FROM mails ORDER BY created_at, id")) {
                while (row.next()) {
                    waiting.add(new WaitingMail(
                            row.getString("id"),
                            MailKind.valueOf(row.getString("kind")
                                    .toUpperCase(Locale.ROOT)
                                    .replace('-', '_')),
                            row.getString("user_id"),
                            row.getString("address"),
                            row.getString("locale"),
                            row.getString("detail"),
                            Instant.ofEpochMilli(row.getLong("created_at"))));
                }
            }
            for (WaitingMail mail : waiting) {
                letters.write(mail).ifPresent(letter -> received.add(received(mail, letter)));
                statement.execute("DELETE FROM mails WHERE id = '" + mail.id() + "'");
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Received received(WaitingMail mail, Letter letter) {
        String link = letter.values().get(Placeholder.LINK);
        return new Received(
                mail.kind().fileName(),
                letter.address(),
                letter.values().get(Placeholder.CODE),
                link == null || link.indexOf('#') < 0 ? null : link.substring(link.indexOf("#token=") + 7),
                letter.locale());
    }

    /** How many of this kind went to this address so far. */
    public int count(String kind, String address) {
        return of(kind, address).size();
    }

    private List<Received> of(String kind, String address) {
        return to(address).stream().filter(mail -> mail.kind().equals(kind)).toList();
    }

    /** The {@code number}th of this kind to this address, from 1 on, when it is there. */
    public Received await(String kind, String address, int number) {
        Await.until(() -> count(kind, address) >= number);
        return of(kind, address).get(number - 1);
    }

    @Override
    public void close() throws Exception {
        database.close();
    }
}
