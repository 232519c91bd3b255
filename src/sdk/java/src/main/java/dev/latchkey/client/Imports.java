package dev.latchkey.client;

import dev.latchkey.client.model.ImportFailure;
import dev.latchkey.client.model.ImportResult;
import dev.latchkey.client.model.ImportedEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Sends entries as they come, in requests of a bounded size, and sums the results up. */
final class Imports {
    /** The bounds of a request: they bound the memory here, and what a lost response leaves in doubt. */
    private static final int MAX_LINES = 1000;

    /** In UTF-8, this is less than the mebibyte that many a proxy lets through at most. */
    private static final int MAX_LENGTH = 256 << 10;

    private static final int MAX_FAILURES = 100;

    private final Function<String, ImportResult> send;
    private final StringBuilder lines = new StringBuilder();
    private final List<String> keys = new ArrayList<>();
    private final List<FailedEntry> failures = new ArrayList<>();
    private long sent;
    private long created;
    private long replaced;
    private long skipped;
    private long failed;

    /** {@code send} makes a request with these lines. */
    Imports(Function<String, ImportResult> send) {
        this.send = send;
    }

    ImportSummary run(Iterator<ImportedEntry> entries) {
        while (entries.hasNext()) {
            add(entries.next());
        }
        flush();
        return new ImportSummary(created, replaced, skipped, failed, List.copyOf(failures));
    }

    private void add(ImportedEntry entry) {
        String line = line(entry, sent + keys.size() + 1);
        if (lines.length() + line.length() > MAX_LENGTH) {
            flush();
        }
        lines.append(line);
        keys.add(entry.getKey());
        if (keys.size() == MAX_LINES) {
            flush();
        }
    }

    private static String line(ImportedEntry entry, long number) {
        String name = "entry " + number;
        try {
            return new String(Json.write(Objects.requireNonNull(entry, name)), StandardCharsets.UTF_8) + "\n";
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The " + name + " cannot be sent: " + e.getMessage(), e);
        }
    }

    private void flush() {
        if (keys.isEmpty()) {
            return;
        }
        ImportResult result = send.apply(lines.toString());
        created += DataStore.present(result.getCreated());
        replaced += DataStore.present(result.getReplaced());
        skipped += DataStore.present(result.getSkipped());
        failed += DataStore.present(result.getFailed());
        result.getFailures().stream()
                .limit(MAX_FAILURES - failures.size())
                .map(this::named)
                .forEach(failures::add);
        sent += keys.size();
        lines.setLength(0);
        keys.clear();
    }

    private FailedEntry named(ImportFailure failure) {
        long line = DataStore.present(failure.getLine());
        return new FailedEntry(
                sent + line,
                keys.get((int) line - 1),
                failure.getCode(),
                failure.getMessage(),
                List.copyOf(failure.getErrors()));
    }
}
