package dev.latchkey.server.auth;

import dev.latchkey.benchmark.BenchmarkLogging;
import dev.latchkey.keys.SigningKeyStore;
import dev.latchkey.keys.StoredSigningKeys;
import dev.latchkey.sessions.EndedSessionStore;
import dev.latchkey.sessions.KnownEndings;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Tokens of a thousand users, checked as a server does it: with stored keys, and asking which sessions have ended. */
@State(Scope.Benchmark)
public class MeasuredTokens {
    private static final int USERS = 1_000;

    /** Set from outside. With room for one, hardly any of them is found in the cache. */
    @Param("10000")
    public int cacheSize;

    private TestDatabase database;
    private AccessTokens tokens;
    private byte[][] issued;
    private int next;

    @Setup(Level.Trial)
    public void open() {
        BenchmarkLogging.quiet();
        database = new TestDatabase(Engine.SQLITE);
        Clock clock = Clock.systemUTC();
        tokens = new AccessTokens(
                StoredSigningKeys.load(new SigningKeyStore(database.database()), Duration.ofDays(30), clock),
                new KnownEndings(new EndedSessionStore(database.database()), clock),
                new TokenSettings(null, null, cacheSize, null),
                clock);
        issued = Stream.generate(() -> new Caller(
                        UUID.randomUUID().toString(), UUID.randomUUID().toString(), clock.instant()))
                .limit(USERS)
                .map(caller -> tokens.issue(caller).getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        database.close();
    }

    /** The token of the next user, as it comes out of a request: a text that nobody has looked at yet. */
    Caller verifyNext() {
        next = (next + 1) % USERS;
        return tokens.verify(new String(issued[next], StandardCharsets.US_ASCII))
                .orElseThrow();
    }
}
