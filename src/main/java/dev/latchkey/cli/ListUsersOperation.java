package dev.latchkey.cli;

import dev.latchkey.accounts.AccountOrder;
import dev.latchkey.accounts.AccountPage;
import dev.latchkey.accounts.AccountQuery;
import dev.latchkey.accounts.AccountState;
import dev.latchkey.accounts.Administration;
import jakarta.validation.Validator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import net.sourceforge.argparse4j.inf.MutuallyExclusiveGroup;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** Lists accounts, sorted by name, or by e-mail address if a prefix of that is given. */
final class ListUsersOperation implements ServiceOperation<Administration> {
    private static final String NAME_PREFIX = "name_prefix";
    private static final String EMAIL_PREFIX = "email_prefix";
    private static final String PAGE_SIZE = "page_size";
    private static final String AFTER = "after";
    private static final int DEFAULT_PAGE_SIZE = 50;
    private static final int MAX_PAGE_SIZE = 1000;

    @Override
    public String name() {
        return "list";
    }

    @Override
    public String description() {
        return "Lists accounts, page by page, and says how many there are";
    }

    @Override
    public void addArguments(Subparser parser) {
        MutuallyExclusiveGroup prefix = parser.addMutuallyExclusiveGroup();
        prefix.addArgument("--name-prefix")
                .dest(NAME_PREFIX)
                .metavar("TEXT")
                .help("only usernames that begin with it, in any case");
        prefix.addArgument("--email-prefix")
                .dest(EMAIL_PREFIX)
                .metavar("TEXT")
                .help("only e-mail addresses that begin with it, in any case, sorted by them");
        parser.addArgument("--page-size")
                .dest(PAGE_SIZE)
                .metavar("N")
                .help("1 to " + MAX_PAGE_SIZE + "; the default is " + DEFAULT_PAGE_SIZE);
        parser.addArgument("--" + AFTER)
                .metavar("PLACE")
                .help("go on there, as the page before says; with the same prefix");
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        AccountPage page = administration.records().list(query(arguments));
        List<String> lines = new ArrayList<>();
        if (!page.accounts().isEmpty()) {
            int width = page.accounts().stream()
                    .mapToInt(account -> account.username().length())
                    .max()
                    .orElseThrow();
            String format = "%-36s  %-20s  %-8s  %-8s  %-" + Math.max(width, "username".length()) + "s  %s";
            lines.add(String.format(
                    Locale.ROOT, format, "user id", "created", "state", "verified", "username", "e-mail"));
            page.accounts().forEach(account -> lines.add(line(format, account)));
        }
        lines.add(page.accounts().size() + " of " + page.total()
                + (page.total() == 1 ? " user" : " users")
                + (page.last() == null ? "" : "; the next page: --" + AFTER + " " + place(page)));
        return String.join(System.lineSeparator(), lines);
    }

    private static AccountQuery query(Namespace arguments) {
        String email = arguments.getString(EMAIL_PREFIX);
        String name = arguments.getString(NAME_PREFIX);
        String after = arguments.getString(AFTER);
        int size = size(arguments.getString(PAGE_SIZE));
        try {
            String place =
                    after == null ? null : new String(Base64.getUrlDecoder().decode(after), StandardCharsets.UTF_8);
            return email == null
                    ? new AccountQuery(AccountOrder.NAME, name == null ? "" : name, place, size)
                    : new AccountQuery(AccountOrder.EMAIL, email, place, size);
        } catch (IllegalArgumentException e) {
            throw new Refusal("--" + AFTER + " is not what a page of this list says: " + after);
        }
    }

    private static String line(String format, AccountState account) {
        return String.format(
                Locale.ROOT,
                format,
                account.id(),
                ShowUserOperation.utc(account.createdAt()),
                account.disabledAt() == null ? "enabled" : "disabled",
                account.mail().verifiedAt() == null ? "no" : "yes",
                ShowUserOperation.shown(account.username()),
                ShowUserOperation.shown(account.email()));
    }

    private static int size(String text) {
        try {
            int size = text == null ? DEFAULT_PAGE_SIZE : Integer.parseInt(text);
            if (size >= 1 && size <= MAX_PAGE_SIZE) {
                return size;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw new Refusal("--page-size must be 1 to " + MAX_PAGE_SIZE + ": " + text);
    }

    /** Not as it stands in the store, where it may have a tab in it. */
    private static String place(AccountPage page) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(page.last().getBytes(StandardCharsets.UTF_8));
    }
}
