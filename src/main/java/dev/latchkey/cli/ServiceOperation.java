package dev.latchkey.cli;

import jakarta.validation.Validator;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** Something that a service does for an operator, and what the command line has to say for it. */
interface ServiceOperation<S> {
    String name();

    String description();

    default void addArguments(Subparser parser) {}

    /** Does it and says what came of it; {@code validator} holds the constraints of the contract. */
    String run(Namespace arguments, S service, Validator validator);
}
