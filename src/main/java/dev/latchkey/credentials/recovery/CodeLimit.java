package dev.latchkey.credentials.recovery;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.limits.Buckets;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Bounds how many codes and tokens one client address can try in vain. */
public final class CodeLimit {
    private static final Set<ErrorCode> TRIED = Set.of(ErrorCode.INVALID_CODE, ErrorCode.TOO_MANY_REQUESTS);

    private final Buckets ofAddress;

    public CodeLimit(LimitSettings settings, MetricRegistry metrics, Ticker time) {
        this.ofAddress = new Buckets("code-address", settings.codesPerAddress(), metrics, time);
    }

    /**
     * Counts an attempt before it is made, so that parallel ones cannot exceed the limit, and leaves it counted if the code was not good.
     *
     * @throws Problem TOO_MANY_REQUESTS, or what {@code attempt} throws
     */
    public <T> T counted(Client client, Supplier<T> attempt) {
        Buckets.Take take = ofAddress.take(client.address().toString());
        client.show(take);
        if (!take.granted()) {
            throw take.refusal(null);
        }
        try {
            T result = attempt.get();
            client.show(take.giveBack());
            return result;
        } catch (Problem problem) {
            if (!TRIED.contains(problem.code())) {
                client.show(take.giveBack());
            }
            throw problem;
        } catch (UnavailableException untried) {
            client.show(take.giveBack());
            throw untried;
        }
    }

    /** The error that every attempt from the client's address would get now, if its limit is used up. */
    public Optional<Problem> refusal(Client client) {
        return ofAddress.peek(client.address().toString()).refusalIfAny(client);
    }
}
