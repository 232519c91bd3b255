package dev.latchkey.cli;

import net.sourceforge.argparse4j.inf.Argument;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** How each command is told which configuration file to use. */
final class ConfigurationArgument {
    static final String VARIABLE = "LATCHKEY_CONFIG";
    static final String FILE = "file";

    private static final String OPTION = "config";
    private static final String DEFAULT = "config.yml";

    private ConfigurationArgument() {}

    /** Returns the positional argument, as Dropwizard does. */
    static Argument addTo(Subparser parser) {
        parser.addArgument("--" + OPTION).metavar("FILE").help("the configuration file");
        return parser.addArgument(FILE)
                .nargs("?")
                .help("the same; if neither is given, " + VARIABLE + " names it, or else it is " + DEFAULT);
    }

    /**
     * Puts the file where Dropwizard looks for it.
     *
     * @throws Refusal if two are given
     */
    static void resolve(Namespace arguments, Variables variables) {
        String option = arguments.getString(OPTION);
        String file = arguments.getString(FILE);
        // So that a message about the arguments names a file in any case.
        arguments.getAttrs().put(FILE, file == null ? DEFAULT : file);
        if (option != null && file != null) {
            throw new Refusal("the configuration file is given twice, as --" + OPTION + " " + option + " and as " + file
                    + ": leave one of them out");
        }
        if (option != null || file != null) {
            arguments.getAttrs().put(FILE, option == null ? file : option);
            return;
        }
        variables.own(VARIABLE).ifPresent(named -> arguments.getAttrs().put(FILE, named));
    }
}
