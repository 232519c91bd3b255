package dev.latchkey.server.contract;

import io.dropwizard.jersey.validation.DropwizardConfiguredValidator;
import io.dropwizard.jersey.validation.JerseyViolationException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.Set;
import org.glassfish.jersey.internal.inject.AbstractBinder;
import org.glassfish.jersey.server.internal.inject.ConfiguredValidator;
import org.glassfish.jersey.server.model.Invocable;

/**
 * Validates the arguments of each call of a resource, which is all that the generated interfaces constrain: neither what a method
 * returns nor the resource itself, and in one group. Dropwizard's own looks for all of that at every request.
 */
final class ArgumentValidator extends DropwizardConfiguredValidator {
    private ArgumentValidator(Validator validator) {
        super(validator);
    }

    /** What makes Jersey prefer it to Dropwizard's. */
    static AbstractBinder binder(Validator validator) {
        return new AbstractBinder() {
            @Override
            protected void configure() {
                bind(new ArgumentValidator(validator))
                        .to(ConfiguredValidator.class)
                        .ranked(1);
            }
        };
    }

    @Override
    public void validateResourceAndInputParams(Object resource, Invocable invocable, Object[] arguments) {
        Set<ConstraintViolation<Object>> violations =
                forExecutables().validateParameters(resource, invocable.getHandlingMethod(), arguments);
        if (!violations.isEmpty()) {
            throw new JerseyViolationException(violations, invocable);
        }
    }

    @Override
    public void validateResult(Object resource, Invocable invocable, Object result) {}
}
