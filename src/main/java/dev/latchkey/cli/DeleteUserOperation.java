package dev.latchkey.cli;

import dev.latchkey.accounts.AccountState;
import dev.latchkey.accounts.Administration;
import jakarta.validation.Validator;
import java.io.Console;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class DeleteUserOperation implements ServiceOperation<Administration> {
    private static final String YES = "yes";

    @Override
    public String name() {
        return "delete";
    }

    @Override
    public String description() {
        return "Deletes a user and all of the user's data; this cannot be undone";
    }

    @Override
    public void addArguments(Subparser parser) {
        NamedUser.addArguments(parser);
        parser.addArgument("--" + YES).action(Arguments.storeTrue()).help("do not ask");
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        AccountState user = NamedUser.find(arguments, administration);
        if (!arguments.getBoolean(YES) && !isSure(user)) {
            throw new Refusal(user.username() + " is not deleted");
        }
        if (!administration.delete(user.id())) {
            throw NamedUser.unknown(user.username());
        }
        return user.username() + " is deleted";
    }

    private static boolean isSure(AccountState user) {
        Console console = Terminal.console()
                .orElseThrow(
                        () -> new Refusal("there is no terminal to ask on: add --yes to delete " + user.username()));
        Terminal.prompt(console, "Delete " + user.username() + " and all data of this user, for good? (yes/no) ");
        return YES.equals(console.readLine());
    }
}
