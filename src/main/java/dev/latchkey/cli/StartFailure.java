package dev.latchkey.cli;

import com.google.common.base.Throwables;
import dev.latchkey.server.database.DatabaseException;
import dev.latchkey.server.database.Failures;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.tls.TlsException;
import io.dropwizard.core.cli.Cli;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Namespace;

/** Tells an operator why the start failed. */
final class StartFailure {
    private StartFailure() {}

    /** Prints a line for everything that an operator can fix, and a stack trace for a fault of the program. */
    static void print(Cli cli, Namespace namespace, Throwable failure, SettingSources sources) {
        String file = namespace.getString(ConfigurationArgument.FILE);
        if (failure instanceof WrongConfiguration wrong) {
            wrong.findings().forEach(finding -> cli.getStdErr().println(oneLine(finding.line(file))));
            return;
        }
        reason(failure, sources)
                .ifPresentOrElse(
                        reason -> cli.getStdErr().println("latchkey: " + file + ": " + reason),
                        () -> failure.printStackTrace(cli.getStdErr()));
    }

    /** The reason in one line, if it is something that an operator can fix. */
    static Optional<String> reason(Throwable failure, SettingSources sources) {
        if (failure instanceof UnavailableException) {
            return Optional.of(oneLine("database: " + Failures.rootMessage(failure)));
        }
        if (failure instanceof DatabaseException || failure instanceof TlsException || failure instanceof Refusal) {
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
        if (failure instanceof FileNotFoundException) {
            return Optional.of("cannot be read: there is no such file: name one with --config or "
                    + ConfigurationArgument.VARIABLE);
        }
        if (failure instanceof IOException) {
            return Optional.of(oneLine("cannot be read: " + Failures.rootMessage(failure)));
        }
        return Optional.empty();
    }

    private static String oneLine(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
    }
}
