package dev.latchkey;

import dev.latchkey.benchmark.Yardsticks;
import dev.latchkey.cli.OperatorBundle;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;

/** Latchkey as it is, with {@link Yardsticks} in the same server; takes the arguments of {@link Main}. */
public final class MeasuredLatchkey extends Application<LatchkeyConfiguration> {
    private final LatchkeyApplication latchkey;

    private MeasuredLatchkey(LatchkeyApplication latchkey) {
        this.latchkey = latchkey;
    }

    public static void main(String[] arguments) {
        OperatorBundle operator = new OperatorBundle();
        MeasuredLatchkey measured = new MeasuredLatchkey(new LatchkeyApplication(operator));
        if (operator.run(measured, arguments).isPresent()) {
            System.exit(1);
        }
    }

    @Override
    public String getName() {
        return latchkey.getName();
    }

    @Override
    public void initialize(Bootstrap<LatchkeyConfiguration> bootstrap) {
        latchkey.initialize(bootstrap);
    }

    @Override
    public void run(LatchkeyConfiguration configuration, Environment environment) {
        latchkey.run(configuration, environment);
        environment.jersey().register(new Yardsticks(configuration.database()));
    }
}
