package dev.latchkey.cli;

import dev.latchkey.server.database.DatabaseSettings;
import jakarta.validation.Validator;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** Something to do with a store as a whole, and what the command line has to say for it. */
interface StoreOperation {
    String name();

    String description();

    void addArguments(Subparser parser);

    /** Prints what came of it. */
    void run(Namespace arguments, DatabaseSettings store, Validator validator);
}
