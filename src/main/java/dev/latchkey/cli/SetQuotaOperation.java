package dev.latchkey.cli;

import dev.latchkey.accounts.AccountState;
import dev.latchkey.accounts.Administration;
import dev.latchkey.data.Usage;
import io.dropwizard.util.DataSize;
import jakarta.validation.Validator;
import java.util.function.Function;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** Sets how much a user may store. What the user stores already stays, also if it is more. */
final class SetQuotaOperation implements ServiceOperation<Administration> {
    private static final String ENTRIES = "entries";
    private static final String SIZE = "size";
    private static final String DEFAULT = "default";

    @Override
    public String name() {
        return "set-quota";
    }

    @Override
    public String description() {
        return "Sets how much a user may store; what is stored already stays";
    }

    @Override
    public void addArguments(Subparser parser) {
        NamedUser.addArguments(parser);
        parser.addArgument("--" + ENTRIES).metavar("N").help("the most entries, or default: as the configuration says");
        parser.addArgument("--" + SIZE)
                .metavar("SIZE")
                .help("the most bytes of keys and values, such as 512MiB, or default: as the configuration says");
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        Long entries = quota(arguments, ENTRIES, Long::valueOf);
        Long bytes = quota(arguments, SIZE, text -> DataSize.parse(text).toBytes());
        if (arguments.getString(ENTRIES) == null && arguments.getString(SIZE) == null) {
            throw new Refusal("say --" + ENTRIES + " or --" + SIZE);
        }
        AccountState user = NamedUser.find(arguments, administration);
        boolean isFound = true;
        if (arguments.getString(ENTRIES) != null) {
            isFound = administration.records().quotas().setMaxEntries(user.id(), entries);
        }
        if (arguments.getString(SIZE) != null) {
            isFound &= administration.records().quotas().setMaxBytes(user.id(), bytes);
        }
        if (!isFound) {
            throw NamedUser.unknown(user.username());
        }
        Usage usage = administration.records().quotas().usage(user.id());
        return user.username() + " may store " + usage.quota().maxEntries() + " entries and "
                + usage.quota().maxBytes() + " bytes";
    }

    /** Null for the default, or if it is not given. */
    private static Long quota(Namespace arguments, String name, Function<String, Long> parse) {
        String text = arguments.getString(name);
        if (text == null || text.equals(DEFAULT)) {
            return null;
        }
        try {
            Long quota = parse.apply(text);
            if (quota >= 0) {
                return quota;
            }
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        throw new Refusal("--" + name + " is wrong: " + text);
    }
}
