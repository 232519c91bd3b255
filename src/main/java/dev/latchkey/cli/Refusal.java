package dev.latchkey.cli;

/** A command was refused. The message tells the operator why, in one line. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
        super(message);
    }
}
