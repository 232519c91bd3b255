package dev.latchkey.cli;

import dev.latchkey.server.database.Backup;
import dev.latchkey.server.database.DatabaseSettings;
import jakarta.validation.Validator;
import java.nio.file.Path;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class BackupOperation implements StoreOperation {
    private static final String TO = "to";

    @Override
    public String name() {
        return "backup";
    }

    @Override
    public String description() {
        return "Copies the SQLite store into one file, while servers go on writing";
    }

    @Override
    public void addArguments(Subparser parser) {
        parser.addArgument("--" + TO)
                .metavar("FILE")
                .help("a file that does not exist; otherwise one with the time in its name, in database.backupFolder");
    }

    @Override
    public void run(Namespace arguments, DatabaseSettings store, Validator validator) {
        String file = arguments.getString(TO);
        if (file != null) {
            // What a shell leaves of a line end is no part of the name that was meant.
            SettingValue.objection(file).ifPresent(objection -> {
                throw new Refusal("--to " + objection);
            });
        }
        System.out.println(file == null ? Backup.make(store) : Backup.make(store, Path.of(file)));
    }
}
