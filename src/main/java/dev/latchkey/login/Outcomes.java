package dev.latchkey.login;

import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.metrics.Counts;
import dev.latchkey.server.metrics.Metrics;
import dev.latchkey.server.problem.Problem;
import java.util.function.Supplier;

/** How log-ins and refreshes ended. Those that are turned away before they are processed are not among them. */
final class Outcomes {
    private final Counts<Outcome> logIns = new Counts<>(Outcome.class);
    private final Counts<Outcome> refreshes = new Counts<>(Outcome.class);

    private enum Outcome {
        SUCCESS,
        /** The password, code or refresh token was not valid, or the address is not verified. */
        REFUSED,
        LIMITED,
        UNAVAILABLE,
        ERROR
    }

    void addTo(Metrics metrics) {
        metrics.counter("latchkey_logins", "Log-ins.", "outcome", logIns.byOutcome());
        metrics.counter("latchkey_token_refreshes", "Uses of refresh tokens.", "outcome", refreshes.byOutcome());
    }

    TokenPair ofLogIn(Supplier<TokenPair> logIn) {
        return counted(logIns, logIn);
    }

    TokenPair ofRefresh(Supplier<TokenPair> refresh) {
        return counted(refreshes, refresh);
    }

    private static TokenPair counted(Counts<Outcome> counts, Supplier<TokenPair> work) {
        Outcome outcome = Outcome.ERROR;
        try {
            TokenPair tokens = work.get();
            outcome = Outcome.SUCCESS;
            return tokens;
        } catch (Problem e) {
            outcome = outcome(e);
            throw e;
        } catch (UnavailableException e) {
            outcome = Outcome.UNAVAILABLE;
            throw e;
        } finally {
            counts.add(outcome);
        }
    }

    private static Outcome outcome(Problem problem) {
        return switch (problem.code()) {
            case INVALID_CREDENTIALS, INVALID_REFRESH_TOKEN, INVALID_CODE, EMAIL_NOT_VERIFIED -> Outcome.REFUSED;
            case TOO_MANY_REQUESTS -> Outcome.LIMITED;
            case UNAVAILABLE -> Outcome.UNAVAILABLE;
            default -> Outcome.ERROR;
        };
    }
}
