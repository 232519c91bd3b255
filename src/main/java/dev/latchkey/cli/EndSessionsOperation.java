package dev.latchkey.cli;

import dev.latchkey.accounts.AccountState;
import dev.latchkey.accounts.Administration;
import jakarta.validation.Validator;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class EndSessionsOperation implements ServiceOperation<Administration> {
    @Override
    public String name() {
        return "end-sessions";
    }

    @Override
    public String description() {
        return "Logs a user out everywhere";
    }

    @Override
    public void addArguments(Subparser parser) {
        NamedUser.addArguments(parser);
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        AccountState user = NamedUser.find(arguments, administration);
        int ended = administration.endSessions(user.id()).orElseThrow(() -> NamedUser.unknown(user.username()));
        return user.username() + " is logged out; sessions ended: " + ended;
    }
}
