package dev.latchkey.server.contract;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.dropwizard.jersey.validation.JerseyParameterNameProvider;
import io.dropwizard.jersey.validation.Validators;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.constraints.Size;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.hibernate.validator.HibernateValidatorConfiguration;
import org.hibernate.validator.cfg.ConstraintMapping;
import org.hibernate.validator.spi.nodenameprovider.JavaBeanProperty;
import org.hibernate.validator.spi.nodenameprovider.Property;
import org.hibernate.validator.spi.nodenameprovider.PropertyNodeNameProvider;

/**
 * Adapts Bean Validation to the contract.
 *
 * <p>The constraints are generated from the contract. Here is what differs between the two: JSON Schema counts code points where Bean
 * Validation counts UTF-16 units, and fields have the names that they have in the JSON.
 */
public final class ContractValidation {
    private ContractValidation() {}

    /**
     * A validator factory for the generated bodies.
     *
     * @param rules further constraints, which rooms or operators set
     */
    public static ValidatorFactory factory(ObjectMapper mapper, List<Consumer<ConstraintMapping>> rules) {
        HibernateValidatorConfiguration configuration = Validators.newConfiguration();
        ConstraintMapping mapping = configuration.createConstraintMapping();
        mapping.constraintDefinition(Size.class).includeExistingValidators(true).validatedBy(CodePoints.class);
        rules.forEach(rule -> rule.accept(mapping));
        return configuration
                .addMapping(mapping)
                .defaultLocale(Locale.ENGLISH)
                .propertyNodeNameProvider(new JsonNames(mapper))
                .parameterNameProvider(new KnownParameterNames())
                .buildValidatorFactory();
    }

    /** {@code minLength} and {@code maxLength} as JSON Schema defines them (RFC 8259 characters, that is code points). */
    public static final class CodePoints implements ConstraintValidator<Size, String> {
        private int min;
        private int max;

        @Override
        public void initialize(Size size) {
            min = size.min();
            max = size.max();
        }

        @Override
        public boolean isValid(String value, ConstraintValidatorContext context) {
            if (value == null) {
                return true;
            }
            int length = value.codePointCount(0, value.length());
            return length >= min && length <= max;
        }
    }

    /** Asked for each parameter of each request, where reflection parsed all annotations anew: 7 % of a read. */
    private static final class KnownParameterNames extends JerseyParameterNameProvider {
        private final Map<Method, List<String>> known = new ConcurrentHashMap<>();

        @Override
        public List<String> getParameterNames(Method method) {
            return known.computeIfAbsent(method, super::getParameterNames);
        }
    }

    /** Asked for each property of each class, of all settings too, so it asks Jackson once for a class. */
    private static final class JsonNames implements PropertyNodeNameProvider {
        private final Map<Class<?>, Map<String, String>> known = new ConcurrentHashMap<>();
        private final ObjectMapper mapper;

        JsonNames(ObjectMapper mapper) {
            this.mapper = mapper;
        }

        @Override
        public String getName(Property property) {
            String name = property.getName();
            return property instanceof JavaBeanProperty bean
                    ? known.computeIfAbsent(bean.getDeclaringClass(), this::names)
                            .getOrDefault(name, name)
                    : name;
        }

        private Map<String, String> names(Class<?> type) {
            BeanDescription description = mapper.getSerializationConfig()
                    .introspect(mapper.getTypeFactory().constructType(type));
            return description.findProperties().stream()
                    .collect(Collectors.toMap(
                            BeanPropertyDefinition::getInternalName,
                            BeanPropertyDefinition::getName,
                            (first, next) -> first));
        }
    }
}
