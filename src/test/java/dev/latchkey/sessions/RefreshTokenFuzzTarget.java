package dev.latchkey.sessions;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * What a fuzzer may try with refresh tokens, against sessions in a real SQLite file. Its input is a letter and
 *
 * <ul>
 *   <li>{@code T}: a text, where {@code $} stands for a good token;
 *   <li>{@code X}: the bytes to turn a good token's bytes over with;
 *   <li>{@code B}: all bytes of a token.
 * </ul>
 */
public final class RefreshTokenFuzzTarget {
    private static final String PREFIX = "lkr_";
    private static final int BYTES = 84;
    private static final Started STARTED = start();

    private record Started(SessionStore store, Refreshes refreshes, String userId, String good) {}

    private RefreshTokenFuzzTarget() {}

    /** Fails if the server takes what it should not, throws what it should not, or a session suffers. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        switch (input[0]) {
            case 'X' -> refuse(text(turnedOver(rest)));
            case 'B' -> refuse(text(Arrays.copyOf(rest, BYTES)));
            case 'T' -> refuse(new String(rest, StandardCharsets.UTF_8).replace("$", STARTED.good()));
            default -> refuse(new String(input, StandardCharsets.ISO_8859_1));
        }
    }

    private static byte[] turnedOver(byte[] mask) {
        byte[] bytes = Base64.getUrlDecoder().decode(STARTED.good().substring(PREFIX.length()));
        for (int i = 0; i < Math.min(mask.length, bytes.length); i++) {
            bytes[i] ^= mask[i];
        }
        return bytes;
    }

    private static String text(byte[] bytes) {
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void refuse(String text) {
        Optional<RefreshToken> parsed = RefreshToken.parse(text);
        if (parsed.isPresent() && !parsed.get().text().equals(text)) {
            throw new AssertionError("Another spelling was taken: " + text);
        }
        if (text.equals(STARTED.good())) {
            return;
        }
        try {
            STARTED.refreshes().refresh(text, user -> {});
        } catch (Problem e) {
            if (e.code() == ErrorCode.INVALID_REFRESH_TOKEN) {
                parsed.ifPresent(RefreshTokenFuzzTarget::checkThatTheSessionGoesOn);
                return;
            }
            throw e;
        }
        throw new AssertionError("Taken, and not one of ours: " + text);
    }

    private static void checkThatTheSessionGoesOn(RefreshToken refused) {
        boolean meantOurs = refused.userId().equals(STARTED.userId());
        if (meantOurs
                && STARTED.store().findAll(STARTED.userId(), Instant.now(), 2).size() != 1) {
            throw new AssertionError("A wrong token has ended a session: " + refused.text());
        }
    }

    private static Started start() {
        Clock clock = Clock.systemUTC();
        TestDatabase database = new TestDatabase(Engine.SQLITE);
        String userId = UUID.randomUUID().toString();
        database.addUser(userId);
        EndedSessionStore endedSessions = new EndedSessionStore(database.database());
        KnownEndings endings = new KnownEndings(endedSessions, clock);
        SessionEndingStore sessionEndingStore = new SessionEndingStore(database.database(), endedSessions);
        SessionStore store = new SessionStore(database.database(), sessionEndingStore);
        SessionSettings settings = SessionSettings.defaults();
        Sessions sessions = new Sessions(store, sessionEndingStore, endings, settings, clock);
        Refreshes refreshes = new Refreshes(sessions, store, new RefreshStore(database.database()), settings, clock);
        String good = sessions.start(userId, 1, true, new Origin(null, null))
                .orElseThrow()
                .refreshToken();
        return new Started(store, refreshes, userId, good);
    }
}
