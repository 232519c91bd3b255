package dev.latchkey.cli;

import dev.latchkey.data.RevisionStore;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.database.Restore;
import jakarta.validation.Validator;
import java.nio.file.Path;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class RestoreOperation implements StoreOperation {
    private static final String BACKUP = "backup";

    @Override
    public String name() {
        return "restore";
    }

    @Override
    public String description() {
        return "Replaces the SQLite store by a backup, and keeps the old store under another name";
    }

    @Override
    public void addArguments(Subparser parser) {
        parser.addArgument(BACKUP).metavar("FILE").help("the backup, which is not changed");
    }

    @Override
    public void run(Namespace arguments, DatabaseSettings store, Validator validator) {
        String backup = arguments.getString(BACKUP);
        Restore.run(store, Path.of(backup), RevisionStore::renewRestored)
                .ifPresent(old -> System.out.println("the old store is now " + old));
        System.out.println(store.address() + " is restored from " + backup);
    }
}
