package dev.latchkey.cli;

import jakarta.validation.Validator;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** An operation of a service, with its command line. */
interface ServiceOperation<S> {
    String name();

    String description();

    default void addArguments(Subparser parser) {}

    /** Runs the operation and returns the result for the operator; {@code validator} has the constraints of the contract. */
    String run(Namespace arguments, S service, Validator validator);
}
