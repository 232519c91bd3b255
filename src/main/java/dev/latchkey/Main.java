package dev.latchkey;

import dev.latchkey.cli.CommandLine;
import dev.latchkey.cli.OperatorBundle;

/** Where the program starts. */
public final class Main {
    private Main() {}

    /** Runs one of the commands; without arguments it lists them. */
    public static void main(String[] arguments) {
        StartClasses.preload(arguments);
        if (!CommandLine.isReadable(arguments, System.err)) {
            System.exit(1);
        }
        OperatorBundle operator = new OperatorBundle();
        if (operator.run(new LatchkeyApplication(operator), arguments).isPresent()) {
            System.exit(1);
        }
    }
}
