package dev.latchkey.server.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.latchkey.server.problem.ErrorBodies;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.ProblemFeature;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.validator.cfg.ConstraintMapping;

/**
 * Makes the contract the judge of what comes in, and gives every error its one shape. Rooms add what the contract leaves to them;
 * then it is enforced.
 */
public final class ContractBundle implements ConfiguredBundle<Configuration> {
    private static final long MAX_BODY_BYTES = 64 << 10;

    private final List<Consumer<ConstraintMapping>> constraints = new ArrayList<>();
    private final Map<Class<?>, Long> maxBodyBytes = new HashMap<>();
    private final Map<String, Map<ErrorCode, String>> words = new HashMap<>();

    /** What holds for the server holds for the commands, too, which have no configuration yet. */
    @Override
    public void initialize(Bootstrap<?> bootstrap) {
        bootstrap.setValidatorFactory(ContractValidation.factory(bootstrap.getObjectMapper(), constraints));
    }

    @Override
    public void run(Configuration configuration, Environment environment) {
        ObjectMapper mapper = environment.getObjectMapper();
        mapper.setSerializationInclusion(JsonInclude.Include.NON_NULL);
        // RFC 3339, as the contract's date-time.
        mapper.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    }

    /** What else is asked of generated bodies. */
    public ContractBundle constraints(Consumer<ConstraintMapping> more) {
        constraints.add(more);
        return this;
    }

    /** How many bytes a body of this generated class may have, where that is not the usual. */
    public ContractBundle maxBodyBytes(Class<?> body, long bytes) {
        maxBodyBytes.put(body, bytes);
        return this;
    }

    /** What the contract says at this path with a code, where it has other words there than everywhere else. */
    public ContractBundle words(String path, ErrorCode code, String message) {
        words.computeIfAbsent(path, absent -> new EnumMap<>(ErrorCode.class)).put(code, message);
        return this;
    }

    /** Has JAX-RS go by the contract and by all that was added to it. */
    public EnforcedContract enforce(Environment environment) {
        ObjectMapper mapper = environment.getObjectMapper();
        environment.setValidator(ContractValidation.factory(mapper, constraints).getValidator());
        BodyLimits limits = new BodyLimits(MAX_BODY_BYTES, maxBodyBytes);
        ErrorBodies errors = new ErrorBodies(mapper, words);
        Operations operations = new Operations(limits);
        JerseyEnvironment jersey = environment.jersey();
        jersey.register(new ProblemFeature(errors));
        jersey.register(new JsonBodyInterceptor(environment.getValidator(), limits));
        jersey.register(new DeclaredBodyFilter(limits));
        jersey.register(new SingleParametersFilter());
        jersey.register(operations);
        return new EnforcedContract(limits, errors, operations);
    }
}
