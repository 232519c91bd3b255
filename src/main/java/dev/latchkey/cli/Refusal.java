package dev.latchkey.cli;

/** Something that is not done, for a reason that the operator who asked for it can read in one line. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
        super(message);
    }
}
