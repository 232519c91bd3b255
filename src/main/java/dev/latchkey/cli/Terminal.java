package dev.latchkey.cli;

import java.io.IOException;

/** Where a person may be sitting. */
final class Terminal {
    /** Standard input. */
    static final int INPUT = 0;

    /** Standard error. */
    static final int ERROR = 2;

    private Terminal() {}

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
