package dev.latchkey.server.problem;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.lang.reflect.AnnotatedElement;
import java.util.Collection;
import java.util.Comparator;

/**
 * A violation of a constraint of the contract.
 *
 * @param element what the constraint is on: a getter of a generated body, the element type of an array, or a parameter of an
 *     operation; or null
 * @param field the path of the field, as the contract spells it: {@code operations[3].value}
 * @param given whether the client sent a value that has the right type and is not empty
 * @param message what is wrong
 */
public record Violation(AnnotatedElement element, String field, boolean given, String message) {

    /** From a violation that Bean Validation found. */
    public static Violation of(ConstraintViolation<?> found) {
        Object value = found.getInvalidValue();
        return new Violation(
                Elements.of(found),
                field(found.getPropertyPath()),
                value != null && !value.equals(""),
                found.getMessage());
    }

    private static String field(Path path) {
        StringBuilder field = new StringBuilder();
        for (Path.Node node : path) {
            if (node.getKind() == ElementKind.PARAMETER) {
                field.append(Elements.parameterName(node.getName()));
            } else if (node.getKind() == ElementKind.PROPERTY || node.getKind() == ElementKind.CONTAINER_ELEMENT) {
                if (node.getIndex() != null) {
                    field.append('[').append(node.getIndex()).append(']');
                }
                if (node.getKind() == ElementKind.PROPERTY) {
                    field.append(field.isEmpty() ? "" : ".").append(node.getName());
                }
            }
        }
        return field.toString();
    }

    /** One problem for all violations of a request, with the first code that applies and all fields. */
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
        FailsAs code = element == null ? null : element.getAnnotation(FailsAs.class);
        if (code == null) {
            return ErrorCode.INVALID_REQUEST;
        }
        return given || code.ifMissing().length == 0 ? code.value() : code.ifMissing()[0];
    }
}
