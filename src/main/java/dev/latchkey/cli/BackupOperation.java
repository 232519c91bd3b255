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
        return "Copies the SQLite store to one file; servers may keep running";
    }

    @Override
    public void addArguments(Subparser parser) {
        parser.addArgument("--" + TO)
                .metavar("FILE")
                .help(
                        "a file that does not exist yet; the default is a new one in database.backupFolder, named after the time");
    }

    @Override
    public void run(Namespace arguments, DatabaseSettings store, Validator validator) {
        String file = arguments.getString(TO);
        if (file != null) {
            // A line end that a shell left in the argument is not part of the intended name.
            SettingValue.objection(file).ifPresent(objection -> {
                throw new Refusal("--to " + objection);
            });
        }
        System.out.println(file == null ? Backup.make(store) : Backup.make(store, Path.of(file)));
    }
}
