package dev.latchkey.http;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.api.model.Entry;
import dev.latchkey.api.model.NewUser;
import dev.latchkey.api.model.NewValue;
import dev.latchkey.text.Utf8Size;
import io.dropwizard.jersey.validation.Validators;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.constraints.Size;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.validator.HibernateValidatorConfiguration;
import org.hibernate.validator.cfg.ConstraintDef;
import org.hibernate.validator.cfg.ConstraintMapping;
import org.hibernate.validator.cfg.GenericConstraintDef;
import org.hibernate.validator.constraintvalidation.HibernateConstraintValidatorContext;
import org.hibernate.validator.spi.nodenameprovider.JavaBeanProperty;
import org.hibernate.validator.spi.nodenameprovider.Property;
import org.hibernate.validator.spi.nodenameprovider.PropertyNodeNameProvider;

/**
 * Makes Bean Validation mean what the contract means.
 *
 * <p>The constraints are generated from the contract; here is only what differs between the two languages: JSON Schema
 * counts code points where Bean Validation counts UTF-16 units, and fields are called as in the JSON. Beside the contract
 * stands what it leaves to the server: which passwords are refused as too easy to guess.
 */
public final class ContractValidation {
    private ContractValidation() {}

    /** Which passwords nobody may take. */
    @FunctionalInterface
    public interface PasswordRule {

        /** Why the user whom the other arguments describe may not take this password; those may be null, or not usable. */
        Optional<String> check(String password, String username, String email, String fullName);
    }

    /** The same before the operator's settings are known. */
    public static ValidatorFactory factory(ObjectMapper mapper, PasswordRule passwords) {
        return factory(mapper, passwords, Long.MAX_VALUE);
    }

    /** A validator factory for the generated bodies; {@code maxValueBytes} is the operator's to set. */
    public static ValidatorFactory factory(ObjectMapper mapper, PasswordRule passwords, long maxValueBytes) {
        HibernateValidatorConfiguration configuration = Validators.newConfiguration();
        ConstraintMapping mapping = configuration.createConstraintMapping();
        mapping.constraintDefinition(Size.class).includeExistingValidators(true).validatedBy(CodePoints.class);
        mapping.type(NewUser.class).constraint(new GenericConstraintDef<>(GoodPassword.class));
        mapping.type(Entry.class).getter("value").constraint(maxBytes(maxValueBytes));
        mapping.type(NewValue.class).getter("value").constraint(maxBytes(maxValueBytes));
        return configuration
                .addMapping(mapping)
                .constraintValidatorPayload(passwords)
                .defaultLocale(Locale.ENGLISH)
                .propertyNodeNameProvider(new JsonNames(mapper))
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

    private static ConstraintDef<?, ?> maxBytes(long max) {
        return new GenericConstraintDef<>(Utf8Size.class)
                .param("max", max)
                .message("must be at most {max} bytes of UTF-8 long");
    }

    /** A password that keeps the {@link PasswordRule}; with the whole body at hand, for it must not be made of the rest. */
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @Constraint(validatedBy = PasswordCheck.class)
    public @interface GoodPassword {
        String message() default "";

        Class<?>[] groups() default {};

        Class<? extends Payload>[] payload() default {};
    }

    /** Reports what is wrong as a violation of the field {@code password}, like all that is wrong with the body. */
    public static final class PasswordCheck implements ConstraintValidator<GoodPassword, NewUser> {

        @Override
        public boolean isValid(NewUser body, ConstraintValidatorContext context) {
            if (body.getPassword() == null || body.getPassword().isEmpty()) {
                return true;
            }
            Optional<String> reason = context.unwrap(HibernateConstraintValidatorContext.class)
                    .getConstraintValidatorPayload(PasswordRule.class)
                    .check(body.getPassword(), body.getUsername(), body.getEmail(), body.getFullName());
            context.disableDefaultConstraintViolation();
            reason.ifPresent(message -> context.buildConstraintViolationWithTemplate(message)
                    .addPropertyNode("password")
                    .addConstraintViolation());
            return reason.isEmpty();
        }
    }

    private record JsonNames(ObjectMapper mapper) implements PropertyNodeNameProvider {

        @Override
        public String getName(Property property) {
            if (!(property instanceof JavaBeanProperty bean)) {
                return property.getName();
            }
            BeanDescription description = mapper.getSerializationConfig()
                    .introspect(mapper.getTypeFactory().constructType(bean.getDeclaringClass()));
            return description.findProperties().stream()
                    .filter(candidate -> candidate.getInternalName().equals(property.getName()))
                    .map(candidate -> candidate.getName())
                    .findFirst()
                    .orElse(property.getName());
        }
    }
}
