package dev.latchkey.server.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Bounds a text by its bytes in UTF-8: the contract's {@code x-max-bytes}. */
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Utf8Size.Check.class)
public @interface Utf8Size {
    int min() default 0;

    long max();

    String message() default "must be {min} to {max} bytes of UTF-8 long";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Counts the bytes. */
    final class Check implements ConstraintValidator<Utf8Size, String> {
        private int min;
        private long max;

        @Override
        public void initialize(Utf8Size size) {
            min = size.min();
            max = size.max();
        }

        @Override
        public boolean isValid(String text, ConstraintValidatorContext context) {
            if (text == null) {
                return true;
            }
            // A UTF-16 unit takes at most three bytes, so most texts need not be encoded to know that they fit.
            return text.length() >= min && (text.length() * 3L <= max || text.getBytes(UTF_8).length <= max);
        }
    }
}
