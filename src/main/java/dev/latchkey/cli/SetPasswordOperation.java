package dev.latchkey.cli;

import dev.latchkey.accounts.AccountState;
import dev.latchkey.accounts.Administration;
import dev.latchkey.api.model.NewUserBody;
import jakarta.validation.Validator;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class SetPasswordOperation implements ServiceOperation<Administration> {
    @Override
    public String name() {
        return "set-password";
    }

    @Override
    public String description() {
        return "Sets a user's password, and ends all sessions";
    }

    @Override
    public void addArguments(Subparser parser) {
        NamedUser.addArguments(parser);
        GivenPassword.addArgument(parser);
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        AccountState user = NamedUser.find(arguments, administration);
        String password = GivenPassword.read(arguments);
        requireUsable(password, user, validator);
        if (!administration.setPassword(user.id(), password)) {
            throw NamedUser.unknown(user.username());
        }
        return user.username() + " has a new password";
    }

    /** Validates it as for a registration of the user, and ignores violations of other fields. */
    private static void requireUsable(String password, AccountState user, Validator validator) {
        NewUserBody body = new NewUserBody()
                .username(user.username())
                .email(user.email())
                .password(password)
                .fullName(user.fullName());
        CreateUserOperation.refuseIfAny(validator.validate(body).stream()
                .filter(violation -> violation.getPropertyPath().toString().equals("password"))
                .collect(Collectors.toSet()));
    }
}
