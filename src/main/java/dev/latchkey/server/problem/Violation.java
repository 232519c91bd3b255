package dev.latchkey.server.problem;

import dev.latchkey.api.model.Account;
import dev.latchkey.api.model.Credentials;
import dev.latchkey.api.model.NewUser;
import dev.latchkey.api.model.PasswordChange;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.Set;

/**
 * A place where a request breaks a constraint of the contract.
 *
 * @param body the generated class of the body, or any other for a parameter
 * @param field as the contract spells it
 * @param given whether the client sent something there that has the right type and is not empty
 * @param message what is wrong
 */
public record Violation(Class<?> body, String field, boolean given, String message) {
    private static final String PATH_PARAMETER = "path param ";
    private static final Set<Class<?>> ABOUT_A_USER = Set.of(NewUser.class, Account.class, PasswordChange.class);

    /** What Bean Validation found. */
    public static Violation of(ConstraintViolation<?> found) {
        String field = "";
        for (Path.Node node : found.getPropertyPath()) {
            if (node.getKind() == ElementKind.PROPERTY) {
                field = node.getName();
            } else if (node.getKind() == ElementKind.PARAMETER && node.getName().startsWith(PATH_PARAMETER)) {
                field = node.getName().substring(PATH_PARAMETER.length());
            }
        }
        Object value = found.getInvalidValue();
        boolean given = value != null && !value.equals("");
        return new Violation(found.getLeafBean().getClass(), field, given, found.getMessage());
    }

    /** One problem for all violations of a request: the first code that applies, and every field. */
    public static Problem problem(Collection<Violation> violations) {
        ErrorCode code = violations.stream()
                .map(Violation::code)
                .min(Comparator.naturalOrder())
                .orElse(ErrorCode.INVALID_REQUEST);
        return new Problem(
                code,
                violations.stream()
                        .map(violation -> new InvalidField(violation.field, violation.message))
                        .distinct()
                        .sorted(Comparator.comparing(InvalidField::name).thenComparing(InvalidField::message))
                        .toList());
    }

    private ErrorCode code() {
        if (ABOUT_A_USER.contains(body)) {
            return switch (field) {
                case "password", "new_password" -> given ? ErrorCode.INVALID_PASSWORD : ErrorCode.INVALID_REQUEST;
                case "age" -> ErrorCode.INVALID_AGE;
                case "gender" -> ErrorCode.GENDER_REQUIRED;
                default -> ErrorCode.INVALID_REQUEST;
            };
        }
        if (body == Credentials.class) {
            return ErrorCode.MISSING_FIELDS;
        }
        return switch (field) {
            case "key" -> ErrorCode.INVALID_KEY;
            case "value" -> ErrorCode.INVALID_VALUE;
            default -> ErrorCode.INVALID_REQUEST;
        };
    }
}
