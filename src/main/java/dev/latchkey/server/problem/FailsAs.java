package dev.latchkey.server.problem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The {@link ErrorCode} of an invalid member, parameter or element of an array: the contract's {@code x-error-code}. */
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface FailsAs {
    ErrorCode value();

    /** The code if it is absent or of a wrong type; if empty, the same code. */
    ErrorCode[] ifMissing() default {};
}
