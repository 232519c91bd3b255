package dev.latchkey.cli;

import dev.latchkey.accounts.AccountState;
import dev.latchkey.accounts.Administration;
import dev.latchkey.api.model.AccountBody;
import jakarta.validation.Validator;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class SetEmailOperation implements ServiceOperation<Administration> {
    private static final String EMAIL = "email";

    @Override
    public String name() {
        return "set-email";
    }

    @Override
    public String description() {
        return "Sets a user's e-mail address, under the rules of PATCH /api/me; sessions go on";
    }

    @Override
    public void addArguments(Subparser parser) {
        NamedUser.addArguments(parser);
        parser.addArgument(EMAIL).metavar("ADDRESS").help("the new address");
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        AccountState user = NamedUser.find(arguments, administration);
        String email = arguments.getString(EMAIL);
        CreateUserOperation.refuseIfAny(validator.validateProperty(new AccountBody().email(email), EMAIL));
        if (!administration.records().setEmail(user.id(), email)) {
            throw NamedUser.unknown(user.username());
        }
        return user.username() + " has the e-mail address " + email;
    }
}
