package dev.latchkey.server.contract;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;

/** A text in a {@link Format}: the contract's {@code x-format}. Passes an empty text, which {@code minLength} refuses. */
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = TextFormat.Check.class)
public @interface TextFormat {
    Format value();

    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Reports with the message of the format. */
    final class Check implements ConstraintValidator<TextFormat, String> {
        private Format format;

        @Override
        public void initialize(TextFormat constraint) {
            format = constraint.value();
        }

        @Override
        public boolean isValid(String text, ConstraintValidatorContext context) {
            if (text == null || text.isEmpty()) {
                return true;
            }
            Optional<String> complaint = format.complaint(text);
            context.disableDefaultConstraintViolation();
            complaint.ifPresent(message ->
                    context.buildConstraintViolationWithTemplate(message).addConstraintViolation());
            return complaint.isEmpty();
        }
    }
}
