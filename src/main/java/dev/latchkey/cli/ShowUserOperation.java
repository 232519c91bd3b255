package dev.latchkey.cli;

import dev.latchkey.accounts.AccountState;
import dev.latchkey.accounts.Administration;
import dev.latchkey.data.Usage;
import jakarta.validation.Validator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class ShowUserOperation implements ServiceOperation<Administration> {
    @Override
    public String name() {
        return "show";
    }

    @Override
    public String description() {
        return "Shows an account, without its data";
    }

    @Override
    public void addArguments(Subparser parser) {
        NamedUser.addArguments(parser);
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        AccountState user = NamedUser.find(arguments, administration);
        Usage usage = administration.records().quotas().usage(user.id());
        return String.join(
                System.lineSeparator(),
                line("user id", user.id()),
                line("username", user.username()),
                line("e-mail", user.email()),
                line(
                        "verified",
                        user.mail().verifiedAt() == null
                                ? "no"
                                : utc(user.mail().verifiedAt())),
                line(
                        "pending",
                        user.mail().pendingEmail() == null ? "-" : user.mail().pendingEmail()),
                line("locale", user.mail().locale() == null ? "-" : user.mail().locale()),
                line("full name", user.fullName()),
                line("created", utc(user.createdAt())),
                line("disabled", user.disabledAt() == null ? "no" : utc(user.disabledAt())),
                line("sessions", String.valueOf(user.sessions())),
                line("entries", usage.entries() + " of " + usage.quota().maxEntries()),
                line("bytes", usage.bytes() + " of " + usage.quota().maxBytes()));
    }

    private static String line(String name, String value) {
        return String.format(Locale.ROOT, "%-10s %s", name, shown(value));
    }

    /** Without control characters, which a terminal might interpret. */
    static String shown(String text) {
        return text.replaceAll("\\p{C}", "?");
    }

    /** To the second. */
    static String utc(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
