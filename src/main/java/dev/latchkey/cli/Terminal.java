package dev.latchkey.cli;

import java.io.Console;
import java.io.IOException;
import java.util.Optional;

/** Where a person may be sitting. */
final class Terminal {
    /** Standard input. */
    static final int INPUT = 0;

    /** Standard error. */
    static final int ERROR = 2;

    private Terminal() {}

    /** Where a person can be asked; Java gives no console where standard output goes somewhere else. */
    static Optional<Console> console() {
        return isAt(INPUT) ? Optional.ofNullable(System.console()) : Optional.empty();
    }

    /** Java cannot ask standard error, and from 22 on calls everything a console; every Unix can tell. */
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
