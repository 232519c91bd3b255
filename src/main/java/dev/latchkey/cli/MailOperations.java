package dev.latchkey.cli;

import dev.latchkey.mail.ListedMail;
import dev.latchkey.mail.MailAdministration;
import dev.latchkey.mail.MailFailedException;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** {@code mail}: what operators do to mails. */
final class MailOperations {
    private static final int MAX_LISTED = 1000;

    private MailOperations() {}

    static List<ServiceOperation<MailAdministration>> all() {
        return List.of(new Test(), new ListMails(), new Retry());
    }

    /** Sends one now. */
    private static final class Test implements ServiceOperation<MailAdministration> {
        private static final String ADDRESS = "address";

        @Override
        public String name() {
            return "test";
        }

        @Override
        public String description() {
            return "Sends a mail to an address now, and says what the mail server answers";
        }

        @Override
        public void addArguments(Subparser parser) {
            parser.addArgument(ADDRESS).metavar("ADDRESS").help("where it goes");
        }

        @Override
        public String run(Namespace arguments, MailAdministration mails, Validator validator) {
            if (!mails.settings().isOn()) {
                throw new Refusal("mail.mode is off: set it to smtp, or to log to have mails printed");
            }
            String address = arguments.getString(ADDRESS);
            try {
                return "sent to " + ShowUserOperation.shown(address) + "; the mail server says: " + mails.test(address);
            } catch (MailFailedException e) {
                throw new Refusal("not sent to " + ShowUserOperation.shown(address) + ": " + e.getMessage());
            }
        }
    }

    /** Shows what waits. */
    private static final class ListMails implements ServiceOperation<MailAdministration> {
        private static final String FAILED = "failed";

        @Override
        public String name() {
            return "list";
        }

        @Override
        public String description() {
            return "Lists the mails that wait to be sent, at most " + MAX_LISTED;
        }

        @Override
        public void addArguments(Subparser parser) {
            parser.addArgument("--" + FAILED)
                    .action(Arguments.storeTrue())
                    .help("those that could not be sent, and why");
        }

        @Override
        public String run(Namespace arguments, MailAdministration mails, Validator validator) {
            boolean failed = arguments.getBoolean(FAILED);
            List<ListedMail> found = mails.list(failed, MAX_LISTED);
            List<String> lines = new ArrayList<>();
            if (!found.isEmpty()) {
                lines.add(line("mail", "kind", failed ? "failed" : "next attempt", "tries", "to", "what went wrong"));
            }
            for (ListedMail mail : found) {
                lines.add(line(
                        mail.id(),
                        mail.kind() == null ? "?" : mail.kind().fileName(),
                        ShowUserOperation.utc(failed ? mail.failedAt() : mail.nextAttemptAt()),
                        Integer.toString(mail.attempts()),
                        ShowUserOperation.shown(mail.address() == null ? "user " + mail.userId() : mail.address()),
                        mail.failure() == null ? "" : ShowUserOperation.shown(mail.failure())));
            }
            lines.add(found.size()
                    + (found.size() == 1 ? " mail" : " mails")
                    + (failed ? " could not be sent" : " to be sent")
                    + (found.size() == MAX_LISTED ? ", or more" : ""));
            return String.join(System.lineSeparator(), lines);
        }

        private static String line(String id, String kind, String time, String tries, String to, String failure) {
            return String.format(Locale.ROOT, "%-36s  %-22s  %-20s  %5s  %-40s  %s", id, kind, time, tries, to, failure)
                    .stripTrailing();
        }
    }

    /** Has mails sent again. */
    private static final class Retry implements ServiceOperation<MailAdministration> {
        private static final String IDS = "mail";
        private static final String ALL = "all-failed";

        @Override
        public String name() {
            return "retry";
        }

        @Override
        public String description() {
            return "Has mails sent that could not be sent, as if they were new";
        }

        @Override
        public void addArguments(Subparser parser) {
            parser.addArgument(IDS).metavar("MAIL").nargs("*").help("as 'mail list --failed' shows it");
            parser.addArgument("--" + ALL)
                    .dest(ALL)
                    .action(Arguments.storeTrue())
                    .help("all of them");
        }

        @Override
        public String run(Namespace arguments, MailAdministration mails, Validator validator) {
            List<String> ids = arguments.getList(IDS);
            if (arguments.getBoolean(ALL) != (ids == null || ids.isEmpty())) {
                throw new Refusal("name the mails, or else --" + ALL);
            }
            if (arguments.getBoolean(ALL)) {
                return "mails to be sent again: " + mails.retryAll();
            }
            for (String id : ids) {
                if (!mails.retry(id)) {
                    throw new Refusal("there is no mail " + ShowUserOperation.shown(id)
                            + " that could not be sent; those before it in the line are sent again");
                }
            }
            return "mails to be sent again: " + ids.size();
        }
    }
}
