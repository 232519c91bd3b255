package dev.latchkey.cli;

import dev.latchkey.server.database.BackupCheck;
import dev.latchkey.server.database.DatabaseException;
import dev.latchkey.server.database.StoreCopy;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.nio.file.Path;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** {@code verify-backup}: reads no configuration, so that it runs on any machine that has the jar and the file. */
final class VerifyBackupCommand extends Command {
    private static final String BACKUP = "backup";

    VerifyBackupCommand() {
        super("verify-backup", "Checks a backup of a SQLite store, and says what is in it");
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument(BACKUP).metavar("FILE").help("the backup, which is not changed");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace namespace) {
        String file = namespace.getString(BACKUP);
        BackupCheck.Content content = BackupCheck.run(Path.of(file));
        for (StoreCopy.CopiedTable table : content.tables()) {
            CopyOperation.print(table);
        }
        System.out.println(file + " is good: a store of version " + content.version());
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        if (failure instanceof DatabaseException) {
            cli.getStdErr().println("latchkey: " + failure.getMessage());
        } else {
            super.onError(cli, namespace, failure);
        }
    }
}
