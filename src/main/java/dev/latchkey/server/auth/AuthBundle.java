package dev.latchkey.server.auth;

import dev.latchkey.server.metrics.Metrics;
import io.dropwizard.auth.AuthDynamicFeature;
import io.dropwizard.auth.AuthValueFactoryProvider;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Environment;
import java.util.List;
import java.util.function.Predicate;

/** Requires an access token for every operation that the contract secures. */
public final class AuthBundle implements ConfiguredBundle<Configuration> {
    private final JwtAuthenticator authenticator;

    public AuthBundle(AccessTokens tokens, Metrics metrics) {
        tokens.addTo(metrics);
        this.authenticator = new JwtAuthenticator(tokens);
    }

    @Override
    public void run(Configuration configuration, Environment environment) {
        BearerFilter required = new BearerFilter(authenticator);
        environment.jersey().register(new AuthDynamicFeature(required));
        environment.jersey().register(new OptionalBearerFeature(required));
        environment.jersey().register(new AuthValueFactoryProvider.Binder<>(Caller.class));
        environment.jersey().register(new LongBodyInterceptor(judge()));
    }

    /** Tells whether a request with these {@code Authorization} headers would be authorized. */
    public Predicate<List<String>> judge() {
        return BearerFilter.judge(authenticator);
    }
}
