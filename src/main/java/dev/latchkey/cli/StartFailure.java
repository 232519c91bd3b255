package dev.latchkey.cli;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.google.common.base.Throwables;
import dev.latchkey.server.database.DatabaseException;
import dev.latchkey.server.database.Failures;
import dev.latchkey.server.database.UnavailableException;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.cli.Cli;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Namespace;

/** Tells an operator in one line why the start failed. */
final class StartFailure {
    private static final int MAX_SUGGESTIONS = 3;

    private StartFailure() {}

    /** Prints one line for what an operator can fix, and a stack trace for a fault of the program. */
    static void print(Cli cli, Namespace namespace, Throwable failure, SettingSources sources) {
        reason(failure, sources)
                .ifPresentOrElse(
                        reason -> cli.getStdErr().println("latchkey: " + namespace.getString("file") + ": " + reason),
                        () -> failure.printStackTrace(cli.getStdErr()));
    }

    /** The reason in one line, if it is something that an operator can fix. */
    static Optional<String> reason(Throwable failure, SettingSources sources) {
        if (failure instanceof ConfigurationException wrong) {
            return Optional.of(oneLine(configurationReason(wrong, sources)));
        }
        if (failure instanceof UnavailableException) {
            return Optional.of(oneLine("database: " + Failures.rootMessage(failure)));
        }
        if (failure instanceof DatabaseException || failure instanceof Refusal) {
            return Optional.of(oneLine(sources.inLine(failure.getMessage())));
        }
        for (Throwable link = failure; link.getCause() != null; link = link.getCause()) {
            if (link.getCause() instanceof BindException cause) {
                return Optional.of(
                        oneLine("server: " + sources.afterAddress(link.getMessage()) + ": " + cause.getMessage()));
            }
            if (link.getCause() instanceof UnresolvedAddressException) {
                return Optional.of(oneLine("server: " + sources.afterAddress(link.getMessage())));
            }
        }
        if (Throwables.getRootCause(failure) instanceof InvalidPathException path) {
            return Optional.of(oneLine("the path " + path.getInput() + " " + CommandLine.cannotBeNamed()));
        }
        if (failure instanceof IOException) {
            return Optional.of(oneLine("cannot be read: " + Failures.rootMessage(failure)));
        }
        return Optional.empty();
    }

    private static String configurationReason(ConfigurationException wrong, SettingSources sources) {
        Throwable cause = wrong.getCause();
        if (cause instanceof UnrecognizedPropertyException unknown) {
            return setting(unknown) + " is not known; did you mean " + suggestions(wrong.getErrors()) + "?";
        }
        if (cause instanceof InvalidTypeIdException type) {
            return sources.named(setting(type)) + " has an unknown type '" + type.getTypeId() + "'";
        }
        if (cause instanceof MismatchedInputException mismatch) {
            return sources.named(setting(mismatch)) + " is not " + expected(mismatch.getTargetType());
        }
        if (cause instanceof JsonMappingException mapping) {
            return sources.named(setting(mapping)) + " is wrong: "
                    + (mapping.getCause() == null
                            ? mapping.getOriginalMessage()
                            : mapping.getCause().getMessage());
        }
        if (cause instanceof JsonParseException parse) {
            // The parser's message quotes the file, which may contain a password.
            return "line " + parse.getLocation().getLineNr() + ", column "
                    + parse.getLocation().getColumnNr() + " is not YAML";
        }
        return wrong.getErrors().stream().map(sources::inLine).collect(Collectors.joining("; "));
    }

    private static String setting(JsonMappingException wrong) {
        StringBuilder setting = new StringBuilder();
        for (JsonMappingException.Reference reference : wrong.getPath()) {
            if (reference.getFieldName() == null) {
                setting.append('[').append(reference.getIndex()).append(']');
            } else {
                setting.append(setting.isEmpty() ? "" : ".").append(reference.getFieldName());
            }
        }
        return setting.isEmpty() ? "the whole" : setting.toString();
    }

    /** Dropwizard has sorted them, but gives them only as text. */
    private static String suggestions(Collection<String> errors) {
        return errors.stream()
                .flatMap(String::lines)
                .map(String::strip)
                .filter(line -> line.startsWith("- "))
                .map(line -> line.substring(2).replaceFirst(" +\\[\\d+ more]", ""))
                .limit(MAX_SUGGESTIONS)
                .collect(Collectors.joining(", "));
    }

    private static String expected(Class<?> type) {
        if (type == int.class || type == long.class || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "a text";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(Object::toString)
                            .collect(Collectors.joining(", "));
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "a section with settings of its own";
    }

    private static String oneLine(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
    }
}
