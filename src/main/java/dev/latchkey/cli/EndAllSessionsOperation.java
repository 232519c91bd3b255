package dev.latchkey.cli;

import dev.latchkey.accounts.Administration;
import jakarta.validation.Validator;
import net.sourceforge.argparse4j.inf.Namespace;

final class EndAllSessionsOperation implements ServiceOperation<Administration> {
    @Override
    public String name() {
        return "end-all-sessions";
    }

    @Override
    public String description() {
        return "Logs every user out everywhere";
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        return "everybody is logged out; sessions ended: " + administration.endAllSessions();
    }
}
