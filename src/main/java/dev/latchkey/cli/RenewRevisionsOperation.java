package dev.latchkey.cli;

import dev.latchkey.data.RevisionStore;
import jakarta.validation.Validator;
import net.sourceforge.argparse4j.inf.Namespace;

final class RenewRevisionsOperation implements ServiceOperation<RevisionStore> {

    @Override
    public String name() {
        return "renew-revisions";
    }

    @Override
    public String description() {
        return "To be run after the database has gone back, as by pg_restore or to a standby that missed writes: has clients"
                + " that follow the changes of their data begin anew";
    }

    @Override
    public String run(Namespace arguments, RevisionStore revisions, Validator validator) {
        return "clients that follow changes begin anew; users: " + revisions.renew();
    }
}
