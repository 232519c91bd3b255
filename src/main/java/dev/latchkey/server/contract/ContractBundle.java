package dev.latchkey.server.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import dev.latchkey.server.problem.ErrorBodies;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.ProblemFeature;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jackson.AnnotationSensitivePropertyNamingStrategy;
import io.dropwizard.jackson.DiscoverableSubtypeResolver;
import io.dropwizard.jackson.FuzzyEnumModule;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.validator.cfg.ConstraintMapping;

/**
 * Validates requests against the contract, and gives all errors the same shape. Rooms first add the constraints that the contract
 * leaves to them, then {@link #enforce} applies it.
 */
public final class ContractBundle implements ConfiguredBundle<Configuration> {
    private static final long MAX_BODY_BYTES = 64 << 10;

    private final List<Consumer<ConstraintMapping>> constraints = new ArrayList<>();
    private final Map<Class<?>, Long> maxBodyBytes = new HashMap<>();
    private long longestText = MAX_BODY_BYTES;
    private final Map<String, Map<ErrorCode, String>> words = new HashMap<>();

    /** Done here so that commands have it, too; there is no configuration yet. */
    @Override
    public void initialize(Bootstrap<?> bootstrap) {
        ObjectMapper mapper = mapper();
        bootstrap.setObjectMapper(mapper);
        bootstrap.setValidatorFactory(ContractValidation.factory(mapper, constraints));
        mapper.setSerializationInclusion(JsonInclude.Include.NON_NULL);
        // RFC 3339, for the contract's date-time.
        mapper.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    }

    /**
     * As Dropwizard's, without its modules for types that are used neither in settings nor in bodies, and without Blackbird, which makes
     * classes at run time for every property that it reads: hundreds at each start, for settings that are read once.
     */
    private static ObjectMapper mapper() {
        return JsonMapper.builder()
                .addModules(new FuzzyEnumModule(), new ParameterNamesModule(), new Jdk8Module(), new JavaTimeModule())
                .propertyNamingStrategy(new AnnotationSensitivePropertyNamingStrategy())
                .subtypeResolver(new DiscoverableSubtypeResolver())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }

    /** Adds constraints on generated bodies. */
    public ContractBundle constraints(Consumer<ConstraintMapping> more) {
        constraints.add(more);
        return this;
    }

    /** Sets the max size of bodies of this generated class, if it is not the standard one. */
    public ContractBundle maxBodyBytes(Class<?> body, long bytes) {
        maxBodyBytes.put(body, bytes);
        return this;
    }

    /** Sets the max length of a text in UTF-16 units, if some texts may be longer than most bodies. */
    public ContractBundle maxTextLength(long units) {
        // Texts that are a little too long are told so by name.
        longestText = units + MAX_BODY_BYTES;
        return this;
    }

    /**
     * Sets the message of a code at this path, where the contract has one that differs from the usual. A method and a space may stand
     * before it, where another method of the path has the usual one.
     */
    public ContractBundle words(String path, ErrorCode code, String message) {
        words.computeIfAbsent(path, absent -> new EnumMap<>(ErrorCode.class)).put(code, message);
        return this;
    }

    /** Makes JAX-RS enforce the contract and all that was added to it. */
    public EnforcedContract enforce(Environment environment) {
        ObjectMapper mapper = environment.getObjectMapper();
        environment.setValidator(ContractValidation.factory(mapper, constraints).getValidator());
        BodyLimits limits = new BodyLimits(MAX_BODY_BYTES, maxBodyBytes, longestText);
        ErrorBodies errors = new ErrorBodies(mapper, words);
        Operations operations = new Operations(limits);
        JerseyEnvironment jersey = environment.jersey();
        jersey.register(ArgumentValidator.binder(environment.getValidator()));
        jersey.register(new ProblemFeature(errors));
        jersey.register(new JsonBodyInterceptor(environment.getValidator(), limits));
        jersey.register(new DeclaredBodyFilter(limits));
        jersey.register(new SingleParametersFilter());
        jersey.register(new StrictParameters());
        jersey.register(operations);
        return new EnforcedContract(limits, errors, operations);
    }
}
