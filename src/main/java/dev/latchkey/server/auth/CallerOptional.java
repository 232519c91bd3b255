package dev.latchkey.server.auth;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An operation that works with an access token and without one ({@code x-caller-optional}). The caller, if there is one, is the principal
 * of the request's security context.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface CallerOptional {}
