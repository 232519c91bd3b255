package dev.latchkey.cli;

import java.io.Console;
import java.io.IOException;
import java.util.Optional;

/** Whether standard streams are a terminal. */
final class Terminal {
    /** Standard input. */
    static final int INPUT = 0;

    /** Standard error. */
    static final int ERROR = 2;

    private Terminal() {}

    /** The console to ask on; Java gives none if standard output is redirected. */
    static Optional<Console> console() {
        return isAt(INPUT) ? Optional.ofNullable(System.console()) : Optional.empty();
    }

    /** Asks for an answer on the line of the question. The console's own prompts are formats, which go by the language of the system. */
    static void prompt(Console console, String question) {
        console.writer().print(question);
        console.flush();
    }

    /** Java cannot check standard error, and since 22 reports a console in every case, so this asks the operating system. */
    static boolean isAt(int descriptor) {
        try {
            return new ProcessBuilder("test", "-t", String.valueOf(descriptor))
                            .inheritIO()
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
