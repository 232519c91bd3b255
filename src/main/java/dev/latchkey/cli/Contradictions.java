package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.mail.MailMode;
import dev.latchkey.mail.MailSettings;
import dev.latchkey.mail.OwnMachine;
import io.dropwizard.core.server.DefaultServerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Settings each of which is good, but which do not go together. */
final class Contradictions {
    private final Predicate<String> isGood;
    private final List<Binding.Failure> found = new ArrayList<>();

    private Contradictions(Predicate<String> isGood) {
        this.isGood = isGood;
    }

    /** Only among settings that {@code isGood} says are good. */
    static List<Binding.Failure> in(LatchkeyConfiguration configuration, Predicate<String> isGood) {
        Contradictions contradictions = new Contradictions(isGood);
        contradictions.look(configuration);
        return contradictions.found;
    }

    private void look(LatchkeyConfiguration configuration) {
        if (configuration.getServerFactory() instanceof DefaultServerFactory server) {
            queue("passwords.queue", configuration.passwords().queue(), server.getMaxThreads());
            if (configuration.database().address().startsWith("jdbc:sqlite:")) {
                queue("database.writeQueue", configuration.database().writeQueue(), server.getMaxThreads());
            }
        }
        links(configuration.mail(), configuration.tokens().issuer());
        String idle = "sessions.idleTimeout";
        String max = "sessions.maxLifetime";
        if (isGood.test(idle)
                && isGood.test(max)
                && configuration
                                .sessions()
                                .idleTimeout()
                                .compareTo(configuration.sessions().maxLifetime())
                        > 0) {
            found.add(new Binding.Failure(
                    idle,
                    "is longer than " + max + ": write at most "
                            + configuration.sessions().maxLifetime()));
        }
    }

    /** The default is good for one's own machine alone. */
    private void links(MailSettings mail, String issuer) {
        if (mail.mode() == MailMode.SMTP && mail.leadsToOwnPages() && OwnMachine.isAddress(issuer)) {
            found.add(
                    new Binding.Failure(
                            "tokens.issuer",
                            "is " + issuer
                                    + ", so that links in mails lead to the machine of who reads them: write the address of this server"));
        }
    }

    /** What waits in a queue holds a thread, so the last of the threads must not wait. */
    private void queue(String setting, int size, int maxThreads) {
        if (isGood.test(setting) && isGood.test("server.maxThreads") && size >= maxThreads) {
            found.add(new Binding.Failure(
                    setting,
                    "is " + size + ", but server.maxThreads only " + maxThreads
                            + ", so that those who wait can take every thread: write less than " + maxThreads));
        }
    }
}
