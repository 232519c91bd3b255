package dev.latchkey.benchmark;

import java.util.List;
import java.util.Optional;

/**
 * The layers that a request goes through, and the rules by which a stack belongs to one: its innermost frame that begins with one of a
 * layer's prefixes decides; of several prefixes the longest. What has no rule, such as the JDK and native code, counts for who called it.
 */
enum Layer {
    SOCKET("socket", "sun/nio/ch/SocketChannelImpl.", "sun/nio/ch/ServerSocketChannelImpl.", "sun/nio/ch/EPoll"),
    JETTY(
            "Jetty",
            "org/eclipse/jetty/",
            "jakarta/servlet/",
            "io/dropwizard/jetty/",
            "io/dropwizard/servlets/",
            "io/dropwizard/core/server/"),
    JERSEY("Jersey", "org/glassfish/jersey/", "io/dropwizard/jersey/", "jakarta/ws/rs/"),
    VALIDATION(
            "validation",
            "org/hibernate/validator/",
            "jakarta/validation/",
            "com/fasterxml/classmate/",
            "io/dropwizard/validation/",
            "io/dropwizard/jersey/validation/",
            "org/glassfish/jersey/server/validation/",
            "dev/latchkey/server/contract/ContractValidation"),
    INJECTION(
            "injection",
            "org/glassfish/hk2/",
            "org/jvnet/hk2/",
            "org/glassfish/jersey/inject/",
            "org/glassfish/jersey/internal/inject/",
            "org/glassfish/jersey/server/internal/inject/",
            "org/glassfish/jersey/process/internal/RequestScope"),
    FILTERS(
            "our handlers and filters",
            "dev/latchkey/server/http/",
            "dev/latchkey/server/threads/",
            "dev/latchkey/server/contract/",
            "dev/latchkey/server/problem/",
            "dev/latchkey/data/KeyPathFilter",
            "dev/latchkey/data/ConditionHeadersFilter"),
    TOKEN(
            "token",
            "dev/latchkey/server/auth/",
            "dev/latchkey/keys/",
            "dev/latchkey/sessions/KnownEndings",
            "com/nimbusds/",
            "io/dropwizard/auth/"),
    LIMITS("limits", "dev/latchkey/server/limits/", "io/github/bucket4j/"),
    PASSWORD(
            "password",
            "dev/latchkey/credentials/Password",
            "org/springframework/security/crypto/",
            "org/bouncycastle/crypto/"),
    SERVICE("service (our rooms)", "dev/latchkey/"),
    JSON(
            "JSON",
            "com/fasterxml/jackson/",
            "io/dropwizard/jersey/jackson/",
            "dev/latchkey/api/model/",
            "dev/latchkey/server/contract/Json",
            "dev/latchkey/server/contract/StrictJson"),
    STORE("our database part (group commit)", "dev/latchkey/server/database/"),
    JDBI("JDBI", "org/jdbi/", "io/dropwizard/jdbi3/"),
    POOL("connection pool", "org/apache/tomcat/jdbc/", "org/apache/juli/", "io/dropwizard/db/"),
    DATABASE("SQLite or PostgreSQL, and its driver", "org/sqlite/", "org/postgresql/"),
    LOG(
            "logs",
            "ch/qos/logback/",
            "org/slf4j/",
            "io/dropwizard/logging/",
            "org/eclipse/jetty/server/CustomRequestLog",
            "dev/latchkey/server/log/",
            "dev/latchkey/server/audit/",
            "dev/latchkey/server/http/BoundedRequestLog",
            "dev/latchkey/server/http/RequestLine",
            "dev/latchkey/server/http/RequestInLog"),
    METRICS(
            "metrics",
            "com/codahale/metrics/",
            "io/dropwizard/metrics/",
            "io/prometheus/",
            "dev/latchkey/server/metrics/",
            "dev/latchkey/server/http/HttpMetrics"),
    THREADS(
            "waking and parking threads",
            "jdk/internal/misc/Unsafe.park",
            "jdk/internal/misc/Unsafe.unpark",
            "java/util/concurrent/locks/LockSupport.",
            "java/lang/Object.wait",
            "java/lang/Object.notify",
            "java/lang/Thread.yield",
            "java/lang/Thread.sleep",
            "sun/nio/ch/EPollSelectorImpl.wakeup",
            "sun/nio/ch/EventFD."),
    // Threads of the JVM are told by their names, which are the outermost frames.
    COMPILER("compiler", "[C1 CompilerThre", "[C2 CompilerThre"),
    COLLECTOR("collector", "[GC Thread", "[G1 ", "[VM Thread"),
    OTHER("other");

    private final String shown;
    private final List<String> prefixes;

    Layer(String shown, String... prefixes) {
        this.shown = shown;
        this.prefixes = List.of(prefixes);
    }

    String shown() {
        return shown;
    }

    /** That of a stack; {@code frames} begin with the outermost one. */
    static Layer of(List<String> frames) {
        for (int i = frames.size() - 1; i >= 0; i--) {
            Optional<Layer> layer = of(frames.get(i));
            if (layer.isPresent()) {
                return layer.get();
            }
        }
        return OTHER;
    }

    private static Optional<Layer> of(String frame) {
        Layer best = null;
        int longest = 0;
        for (Layer layer : values()) {
            for (String prefix : layer.prefixes) {
                if (prefix.length() > longest && frame.startsWith(prefix)) {
                    best = layer;
                    longest = prefix.length();
                }
            }
        }
        return Optional.ofNullable(best);
    }
}
