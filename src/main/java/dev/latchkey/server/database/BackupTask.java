package dev.latchkey.server.database;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** {@code POST /tasks/backup}: a backup into the configured folder, wherever the request would like it to be. */
final class BackupTask extends Task {
    private final DatabaseSettings settings;

    /** For the store that {@code settings} lead to. */
    BackupTask(DatabaseSettings settings) {
        super("backup");
        this.settings = settings;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) {
        output.println(Backup.make(settings));
    }
}
