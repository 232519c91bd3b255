package dev.latchkey.mail;

/**
 * What is wrong with a text of the operator.
 *
 * @param file its name, with the folder
 * @param line from 1; 0 if it is about the whole
 */
public record TextProblem(String file, int line, String text) {
    /** As editors find the place: {@code file:line: text}. */
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + text;
    }
}
