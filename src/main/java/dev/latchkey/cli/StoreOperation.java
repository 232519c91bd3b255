package dev.latchkey.cli;

import dev.latchkey.server.database.DatabaseSettings;
import jakarta.validation.Validator;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** An operation on a whole store, with its command line. */
interface StoreOperation {
    String name();

    String description();

    void addArguments(Subparser parser);

    /** Runs the operation and prints the result. */
    void run(Namespace arguments, DatabaseSettings store, Validator validator);
}
