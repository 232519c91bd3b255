package dev.latchkey.cli;

import dev.latchkey.accounts.AccountState;
import dev.latchkey.accounts.Administration;
import dev.latchkey.server.database.Failures;
import dev.latchkey.server.database.PrivateFile;
import jakarta.validation.Validator;
import java.io.IOException;
import java.nio.file.Path;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class ExportUserOperation implements ServiceOperation<Administration> {
    private static final String OUTPUT = "output";
    private static final String LINES = "lines";

    @Override
    public String name() {
        return "export";
    }

    @Override
    public String description() {
        return "Writes all data of a user to a file, as GET /api/me/export gives it";
    }

    @Override
    public void addArguments(Subparser parser) {
        NamedUser.addArguments(parser);
        parser.addArgument("--" + OUTPUT)
                .metavar("FILE")
                .help("a file that does not exist yet; the default is one in this folder, named after the user id");
        parser.addArgument("--" + LINES)
                .action(Arguments.storeTrue())
                .help("write a line of JSON for each entry and no account, which POST /api/data/import takes");
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        AccountState user = NamedUser.find(arguments, administration);
        boolean asLines = arguments.getBoolean(LINES);
        Path file = file(arguments.getString(OUTPUT), user, asLines);
        try {
            PrivateFile.write(file, content -> {
                if (!administration.records().export(user.id(), asLines, content)) {
                    throw NamedUser.unknown(user.username());
                }
            });
        } catch (IOException e) {
            throw new Refusal(user.username() + " is not exported: " + Failures.rootMessage(e));
        }
        return file.toString();
    }

    private static Path file(String given, AccountState user, boolean asLines) {
        if (given == null) {
            return Path.of("latchkey-export-" + user.id() + (asLines ? ".ndjson" : ".json"));
        }
        // A line end that a shell left in the argument is not part of the intended name.
        SettingValue.objection(given).ifPresent(objection -> {
            throw new Refusal("--" + OUTPUT + " " + objection);
        });
        return Path.of(given);
    }
}
