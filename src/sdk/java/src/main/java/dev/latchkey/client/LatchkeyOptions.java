package dev.latchkey.client;

import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/** The options of a {@link Latchkey}. */
public final class LatchkeyOptions {

    /** How to wait; tests replace it. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    private TokenStore tokenStore = new MemoryTokenStore();
    private HttpClient httpClient =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private Duration timeout = Duration.ofSeconds(60);
    private int maxRetries = 3;
    private Duration maxWait = Duration.ofSeconds(30);
    private Duration silence = Duration.ofSeconds(45);
    private Consumer<String> log = line -> {};
    private Clock clock = Clock.systemUTC();
    private Sleeper sleeper = duration -> Thread.sleep(duration.toMillis());

    /** The default options. */
    public LatchkeyOptions() {}

    /**
     * Where tokens are kept; by default in memory, until the program ends.
     *
     * @param store where
     * @return this
     */
    public LatchkeyOptions tokenStore(TokenStore store) {
        this.tokenStore = Objects.requireNonNull(store, "store");
        return this;
    }

    /**
     * The HTTP client, for a proxy, TLS or HTTP/2 settings of your own; the default has a connect timeout of ten seconds.
     *
     * @param client the HTTP client
     * @return this
     */
    public LatchkeyOptions httpClient(HttpClient client) {
        this.httpClient = Objects.requireNonNull(client, "client");
        return this;
    }

    /**
     * The timeout of one request, up to the end of its response; by default a minute.
     *
     * @param timeout a positive duration
     * @return this
     */
    public LatchkeyOptions timeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("A timeout of " + timeout + " leaves no time");
        }
        this.timeout = timeout;
        return this;
    }

    /**
     * The max number of retries after 429 and 503, each after the time that the server asks for; by default 3.
     *
     * @param retries 0 for never
     * @return this
     */
    public LatchkeyOptions maxRetries(int retries) {
        if (retries < 0) {
            throw new IllegalArgumentException(retries + " retries are too few");
        }
        this.maxRetries = retries;
        return this;
    }

    /**
     * How long a call may wait between its attempts, all together; by default half a minute. If the server asks for a longer wait, the call
     * fails at once.
     *
     * @param wait how long
     * @return this
     */
    public LatchkeyOptions maxWait(Duration wait) {
        this.maxWait = Objects.requireNonNull(wait, "wait");
        return this;
    }

    /**
     * Gets a line about each request and each wait, without keys, values and tokens, such as {@code logger::debug}; by default nothing.
     *
     * @param log where the lines go
     * @return this
     */
    public LatchkeyOptions log(Consumer<String> log) {
        this.log = Objects.requireNonNull(log, "log");
        return this;
    }

    LatchkeyOptions clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    LatchkeyOptions sleeper(Sleeper sleeper) {
        this.sleeper = sleeper;
        return this;
    }

    /** After how long without a byte a feed's connection counts as dead; a server sends something at least every 20 seconds. */
    LatchkeyOptions silence(Duration silence) {
        this.silence = silence;
        return this;
    }

    TokenStore tokenStore() {
        return tokenStore;
    }

    HttpClient httpClient() {
        return httpClient;
    }

    Duration timeout() {
        return timeout;
    }

    int maxRetries() {
        return maxRetries;
    }

    Duration maxWait() {
        return maxWait;
    }

    Consumer<String> log() {
        return log;
    }

    Duration silence() {
        return silence;
    }

    Clock clock() {
        return clock;
    }

    Sleeper sleeper() {
        return sleeper;
    }
}
