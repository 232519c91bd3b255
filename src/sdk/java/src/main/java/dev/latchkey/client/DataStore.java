package dev.latchkey.client;

import dev.latchkey.client.model.Batch;
import dev.latchkey.client.model.BatchOperation;
import dev.latchkey.client.model.BatchResult;
import dev.latchkey.client.model.EntryList;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.ImportMode;
import dev.latchkey.client.model.ImportedEntry;
import dev.latchkey.client.model.ListedEntry;
import dev.latchkey.client.model.NewValue;
import dev.latchkey.client.model.ReadEntryResponse;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The user's private key-value store: all its operations, and short ways to use them.
 *
 * <p>An ETag is a {@link String}, with its quotes, as the server gives it. Every write has an idempotency key: if its response is lost, it is sent
 * once more, and done once.
 */
public final class DataStore extends DataApi {
    private final DataApi repeating;
    private final Feeds feeds;

    DataStore(Calls calls, Feeds feeds) {
        super(calls);
        this.repeating = new DataApi(calls.repeating());
        this.feeds = feeds;
    }

    /**
     * The value of a key. {@link #readEntry(String)} gives its ETag as well.
     *
     * @param key the key
     * @return empty if there is no entry
     * @throws LatchkeyException if it fails
     */
    public Optional<String> get(String key) {
        try {
            return Optional.of(present(readEntry(key).getData()).getValue());
        } catch (LatchkeyException e) {
            if (e.getCode() == ErrorCode.KEY_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Reads an entry, if it is no longer as the caller knows it.
     *
     * @param key the key
     * @param etag the ETag of the value that the caller knows
     * @return empty if the entry has not changed
     * @throws LatchkeyException if it fails, with {@link ErrorCode#KEY_NOT_FOUND} if there is no entry any more
     */
    public Optional<ReadEntryResponse> readIfChanged(String key, String etag) {
        try {
            return Optional.of(readEntry(key, new ReadEntryOptions().ifNoneMatch(etag)));
        } catch (LatchkeyException e) {
            if (e.getKind() == ErrorKind.NOT_MODIFIED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Stores a value, whether there is an entry or not. It does not expire.
     *
     * @param key the key
     * @param value the value
     * @return the new ETag
     * @throws LatchkeyException if it fails
     */
    public String set(String key, String value) {
        return set(key, value, new SetOptions());
    }

    /**
     * Stores a value, under a condition or for a time.
     *
     * @param key the key
     * @param value the value
     * @param options the condition, and the time
     * @return the new ETag
     * @throws LatchkeyException if it fails, with {@link ErrorCode#PRECONDITION_FAILED} and the current ETag if the condition does not hold
     */
    public String set(String key, String value, SetOptions options) {
        NewValue body = new NewValue().value(value);
        if (options.expiresIn() != null) {
            body.expiresIn(options.expiresIn());
        }
        return updateEntry(key, body, options.toUpdateEntryOptions()).getEtag();
    }

    /**
     * Deletes an entry, if there is one.
     *
     * @param key the key
     * @return whether there was one
     * @throws LatchkeyException if it fails
     */
    public boolean delete(String key) {
        return delete(key, new DeleteEntryOptions());
    }

    /**
     * Deletes an entry, under a condition.
     *
     * @param key the key
     * @param options the condition
     * @return whether there was one
     * @throws LatchkeyException if it fails, with {@link ErrorCode#PRECONDITION_FAILED} and the current ETag if the condition does not hold
     */
    public boolean delete(String key, DeleteEntryOptions options) {
        try {
            deleteEntry(key, options);
            return true;
        } catch (LatchkeyException e) {
            if (e.getCode() == ErrorCode.KEY_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /**
     * All entries, as {@link #list(ListOptions)} gives them.
     *
     * @return a lazy stream
     */
    public Stream<ListedEntry> list() {
        return list(new ListOptions());
    }

    /**
     * The entries whose key begins with a prefix, as {@link #list(ListOptions)} gives them.
     *
     * @param prefix such as {@code notes/}
     * @return a lazy stream
     */
    public Stream<ListedEntry> list(String prefix) {
        return list(new ListOptions().prefix(prefix));
    }

    /**
     * Entries with their ETags and times, ordered by the bytes of the key. The stream reads page after page while it is used: it is no snapshot, and
     * each of its steps can throw a {@link LatchkeyException}.
     *
     * @param options which, and how
     * @return a lazy stream
     */
    public Stream<ListedEntry> list(ListOptions options) {
        // The caller may change the options before the stream asks for its first page.
        ListEntriesOptions request = options.toListEntriesOptions();
        Pages pages = new Pages((cursor, size) -> page(request, cursor, size), options.pageSize(), options.limit());
        return StreamSupport.stream(
                () -> Spliterators.spliteratorUnknownSize(pages, Spliterator.ORDERED | Spliterator.NONNULL),
                Spliterator.ORDERED | Spliterator.NONNULL,
                false);
    }

    private EntryList page(ListEntriesOptions request, String cursor, int size) {
        request.limit(size);
        if (cursor != null) {
            request.cursor(cursor);
        }
        return present(listEntries(request).getData());
    }

    /**
     * Follows the changes of the data of the user who is logged in now. To keep a copy, list all entries first, and begin at the {@code revision} of
     * the first page of {@link #listEntries()}.
     *
     * @param options where to begin, and what to tell
     * @return close it in the end; it connects when it is first asked for an event
     */
    public ChangeFeed changes(ChangesOptions options) {
        return feeds.begin(options);
    }

    /**
     * The same as {@link #changes} for reactive programs. Each subscriber gets a feed of its own, of the user who is logged in when it subscribes, and no
     * more events than it asks for; it is told of them in a thread of its own.
     *
     * @param options where to begin, and what to tell
     * @return a publisher
     */
    public Flow.Publisher<ChangeEvent> changePublisher(ChangesOptions options) {
        // The caller may change the options before somebody subscribes.
        ChangesOptions copy = options.copy();
        return new ChangePublisher(() -> feeds.begin(copy));
    }

    /**
     * Does several operations in their order, all or none. {@link BatchOperations} makes them.
     *
     * @param operations 1 to 100 operations
     * @return a result for each
     * @throws LatchkeyException if one of them cannot be done, and so none was: with its code, and {@code operations[3]} in {@link
     *     LatchkeyException#getErrors}
     */
    public List<BatchResult> batch(BatchOperation... operations) {
        return batch(List.of(operations));
    }

    /**
     * Does several operations in their order, all or none. {@link BatchOperations} makes them.
     *
     * @param operations 1 to 100 operations
     * @return a result for each
     * @throws LatchkeyException if one of them cannot be done, and so none was: with its code, and {@code operations[3]} in {@link
     *     LatchkeyException#getErrors}
     */
    public List<BatchResult> batch(List<BatchOperation> operations) {
        return present(runBatch(new Batch().operations(Objects.requireNonNull(operations, "operations")))
                        .getData())
                .getResults();
    }

    /**
     * Stores any number of entries, each under a new key, as {@link #importEntries(Stream, ImportMode)} does.
     *
     * @param entries the entries
     * @return what became of them
     * @throws LatchkeyException if the import fails as a whole
     */
    public ImportSummary importEntries(Iterable<ImportedEntry> entries) {
        return importEntries(entries, ImportMode.CREATE);
    }

    /**
     * Stores any number of entries, as {@link #importEntries(Stream, ImportMode)} does.
     *
     * @param entries the entries
     * @param mode what becomes of an entry whose key exists
     * @return what became of them
     * @throws LatchkeyException if the import fails as a whole
     */
    public ImportSummary importEntries(Iterable<ImportedEntry> entries, ImportMode mode) {
        return importEntries(entries.iterator(), mode);
    }

    /**
     * Stores any number of entries, each under a new key, as {@link #importEntries(Stream, ImportMode)} does.
     *
     * @param entries the entries
     * @return what became of them
     * @throws LatchkeyException if the import fails as a whole
     */
    public ImportSummary importEntries(Stream<ImportedEntry> entries) {
        return importEntries(entries, ImportMode.CREATE);
    }

    /**
     * Stores any number of entries, such as those of another user: {@code target.importEntries(source.list().map(DataStore::toImport), ImportMode.SKIP)}. It
     * takes them as they come, and sends up to 1,000 in each request. An entry that cannot be stored does not stop the others: look at
     * {@link ImportSummary#failed}.
     *
     * <p>If the import fails as a whole, entries from the beginning have been stored: import all of them again, with {@code REPLACE} or {@code SKIP}. With these,
     * a request whose response was lost is also repeated by itself; what was stored without a response then counts as replaced or skipped. With {@code CREATE} it
     * is not repeated.
     *
     * @param entries the entries
     * @param mode what becomes of an entry whose key exists: with {@code CREATE} it counts as failed, with {@code REPLACE} it replaces the old one, and with {@code
     *     SKIP} it is left out
     * @return what became of them
     * @throws LatchkeyException if the import fails as a whole
     */
    public ImportSummary importEntries(Stream<ImportedEntry> entries, ImportMode mode) {
        return importEntries(entries.iterator(), mode);
    }

    private ImportSummary importEntries(Iterator<ImportedEntry> entries, ImportMode mode) {
        ImportEntriesOptions options = new ImportEntriesOptions().mode(mode);
        // With CREATE, a repetition would find what the first attempt has stored.
        DataApi api = mode == ImportMode.REPLACE || mode == ImportMode.SKIP ? repeating : this;
        return new Imports(lines -> present(api.importEntries(lines, options).getData())).run(entries);
    }

    /**
     * A listed entry as one to import, with its expiry.
     *
     * @param entry an entry with its value
     * @return the same key, value and expiry
     */
    public static ImportedEntry toImport(ListedEntry entry) {
        return new ImportedEntry().key(entry.getKey()).value(entry.getValue()).expiresAt(entry.getExpiresAt());
    }

    /** A response without it is not one of a Latchkey server. */
    static <T> T present(T data) {
        if (data == null) {
            throw LatchkeyException.unanswered(
                    ErrorKind.UNUSABLE_ANSWER,
                    "The answer has no data, and so is not one of a Latchkey server. Is the address right?",
                    null);
        }
        return data;
    }
}
