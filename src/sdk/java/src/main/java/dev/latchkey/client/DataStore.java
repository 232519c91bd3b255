package dev.latchkey.client;

import dev.latchkey.client.model.Batch;
import dev.latchkey.client.model.BatchOperation;
import dev.latchkey.client.model.BatchResult;
import dev.latchkey.client.model.EntryList;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.ListedEntry;
import dev.latchkey.client.model.NewValue;
import dev.latchkey.client.model.ReadEntryResponse;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The user's private key-value store: all its operations, and short ways to use them.
 *
 * <p>An ETag is a {@link String}, with its quotes, as the server gives it. Every write has an idempotency key: if its response is lost, it is sent
 * once more, and done once.
 */
public final class DataStore extends DataApi {

    DataStore(Calls calls) {
        super(calls);
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

    private static <T> T present(T data) {
        if (data == null) {
            throw LatchkeyException.unanswered(
                    ErrorKind.UNUSABLE_ANSWER,
                    "The answer has no data, and so is not one of a Latchkey server. Is the address right?",
                    null);
        }
        return data;
    }
}
