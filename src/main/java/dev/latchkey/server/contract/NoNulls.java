package dev.latchkey.server.contract;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;

/** A list whose elements are all there: JSON may hold null in an array, and no type of the contract takes it. */
@Target({ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = NoNulls.Check.class)
public @interface NoNulls {
    String message() default "must not be null";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Names each element that is null. */
    final class Check implements ConstraintValidator<NoNulls, List<?>> {

        @Override
        public boolean isValid(List<?> list, ConstraintValidatorContext context) {
            if (list == null || !list.contains(null)) {
                return true;
            }
            context.disableDefaultConstraintViolation();
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) == null) {
                    context.buildConstraintViolationWithTemplate(context.getDefaultConstraintMessageTemplate())
                            .addContainerElementNode("", List.class, 0)
                            .inIterable()
                            .atIndex(i)
                            .addConstraintViolation();
                }
            }
            return false;
        }
    }
}
