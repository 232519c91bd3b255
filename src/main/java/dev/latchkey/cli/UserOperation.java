package dev.latchkey.cli;

import dev.latchkey.accounts.AccountState;
import dev.latchkey.accounts.Administration;
import jakarta.validation.Validator;
import java.util.function.BiPredicate;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/**
 * A change of an account that needs no argument but its name.
 *
 * @param change returns false if the user no longer exists
 * @param outcome what is true of the user afterwards, for the message
 */
record UserOperation(String name, String description, BiPredicate<Administration, String> change, String outcome)
        implements ServiceOperation<Administration> {
    static final UserOperation DISABLE = new UserOperation(
            "disable",
            "Disables a user: ends all sessions and refuses log-ins; the data stays",
            Administration::disable,
            "is disabled");

    static final UserOperation ENABLE =
            new UserOperation("enable", "Lets a disabled user log in again", Administration::enable, "is enabled");

    static final UserOperation VERIFY_EMAIL = new UserOperation(
            "verify-email",
            "Takes a user's e-mail address as proven",
            Administration::verifyEmail,
            "has a verified e-mail address");

    @Override
    public void addArguments(Subparser parser) {
        NamedUser.addArguments(parser);
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        AccountState user = NamedUser.find(arguments, administration);
        if (!change.test(administration, user.id())) {
            throw NamedUser.unknown(user.username());
        }
        return user.username() + " " + outcome;
    }
}
