package dev.latchkey.cli;

import java.util.Comparator;
import java.util.List;

/**
 * Something about the configuration that an operator should know.
 *
 * @param setting what it is about, such as {@code database.url}; empty if that is no setting
 * @param position where that stands in the file; null if nowhere
 * @param text one line, which says what to write instead
 */
record Finding(Weight weight, String setting, Position position, String text) {

    enum Weight {
        /** The server does not start. */
        WRONG,
        /** The server starts, and prints it; but most likely it was meant in another way, so {@code check} fails. */
        DOUBTFUL,
        /** It is printed, and that is all. */
        NOTICE
    }

    private static final Comparator<Finding> IN_ORDER_OF_LINES = Comparator.comparing(
            Finding::position,
            Comparator.nullsLast(Comparator.comparingInt(Position::line).thenComparingInt(Position::column)));

    static List<Finding> sorted(List<Finding> findings) {
        return findings.stream().sorted(IN_ORDER_OF_LINES).toList();
    }

    /** As compilers print theirs, so that editors find the place. */
    String line(String file) {
        String place = position == null ? "" : ":" + position.line() + ":" + position.column();
        return "latchkey: " + file + place + ": " + text;
    }
}
