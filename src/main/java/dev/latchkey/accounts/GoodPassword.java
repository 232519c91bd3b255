package dev.latchkey.accounts;

import dev.latchkey.api.model.NewUserBody;
import dev.latchkey.credentials.PasswordPolicy;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;

/** A body whose password meets the {@link PasswordPolicy}. The policy needs the other fields: a password must not be made of them. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = GoodPassword.Check.class)
@interface GoodPassword {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Reports a violation on the field {@code password}. */
    final class Check implements ConstraintValidator<GoodPassword, NewUserBody> {

        @Override
        public boolean isValid(NewUserBody body, ConstraintValidatorContext context) {
            if (body.getPassword() == null || body.getPassword().isEmpty()) {
                return true;
            }
            Optional<String> reason =
                    PasswordPolicy.check(body.getPassword(), body.getUsername(), body.getEmail(), body.getFullName());
            context.disableDefaultConstraintViolation();
            reason.ifPresent(message -> context.buildConstraintViolationWithTemplate(message)
                    .addPropertyNode("password")
                    .addConstraintViolation());
            return reason.isEmpty();
        }
    }
}
