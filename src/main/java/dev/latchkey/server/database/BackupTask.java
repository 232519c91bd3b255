package dev.latchkey.server.database;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** {@code POST /tasks/backup}: a backup into the configured folder; a request cannot choose another one. */
final class BackupTask extends Task {
    private final DatabaseSettings settings;

    /** For the store of {@code settings}. */
    BackupTask(DatabaseSettings settings) {
        super("backup");
        this.settings = settings;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) {
        output.println(Backup.make(settings));
    }
}
