package dev.latchkey.cli;

import dev.latchkey.accounts.AccountState;
import dev.latchkey.accounts.Administration;
import java.util.Optional;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** The user that an operator names on the command line. */
final class NamedUser {
    private static final String NAME = "name";
    private static final String BY_ID = "by_id";

    private NamedUser() {}

    static void addArguments(Subparser parser) {
        parser.addArgument(NAME).metavar("NAME").help("the username, in any case");
        parser.addArgument("--id")
                .dest(BY_ID)
                .action(Arguments.storeTrue())
                .help("NAME is a user id, as the audit log has it");
    }

    static AccountState find(Namespace arguments, Administration administration) {
        String name = arguments.getString(NAME);
        Optional<AccountState> found =
                arguments.getBoolean(BY_ID) ? administration.findById(name) : administration.findByName(name);
        return found.orElseThrow(() -> unknown(name));
    }

    static Refusal unknown(String name) {
        return new Refusal("there is no user " + name);
    }
}
