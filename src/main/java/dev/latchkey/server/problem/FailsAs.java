package dev.latchkey.server.problem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which {@link ErrorCode} the contract names for a member or a parameter that is not as it should be: {@code x-error-code}. */
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface FailsAs {
    ErrorCode value();

    /** Where there is nothing, or something of another type; the same if there is none here. */
    ErrorCode[] ifMissing() default {};
}
