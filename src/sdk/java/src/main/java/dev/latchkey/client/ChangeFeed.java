package dev.latchkey.client;

import dev.latchkey.client.EventParser.Event;
import dev.latchkey.client.model.Change;
import dev.latchkey.client.model.ChangePosition;
import dev.latchkey.client.model.ChangeStreamEnd;
import dev.latchkey.client.model.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The changes of the user's data, as they come. It has an end only after {@link ChangeEvent.Gone}, or when it is closed. Whatever else happens to a
 * connection, it connects again, for as long as it takes, and goes on where it was; nothing is lost. While the caller does not ask for the next
 * event, the server is held back.
 *
 * <p>One thread at a time may ask for events, any thread may {@link #close} it, and nobody has to wait for that. It is of the user who was logged in when
 * it was made: after a log-out or the log-in of another one, asking for the next event throws an exception, as do other failures that do not go away by themselves.
 */
public final class ChangeFeed implements Iterator<ChangeEvent>, AutoCloseable {
    /** That of a revision that surely is a long. */
    private static final Pattern REVISION = Pattern.compile("[0-9]{1,18}");

    private final FeedConnector connector;
    private final boolean positions;
    private final Closing closing = new Closing();
    private long position;

    /** Null if there is none. */
    private volatile FeedStream stream;

    /** Whether the stream has brought anything. */
    private boolean isFruitful;

    /** Null if it is not known. */
    private ChangeEvent next;

    ChangeFeed(FeedConnector connector, ChangesOptions options) {
        this.connector = connector;
        this.position = options.since();
        this.positions = options.positions();
    }

    /**
     * Waits until there is an event, or the feed has ended.
     *
     * @return false if it has ended
     * @throws LatchkeyException if the log-in is over, or the server refuses the call; the feed is closed then
     */
    @Override
    public boolean hasNext() {
        if (next == null) {
            try {
                next = closing.unlessClosed(this::pull).orElse(null);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw LatchkeyException.interrupted(connector.label(), e);
            } finally {
                if (next == null) {
                    close();
                }
            }
        }
        return next != null;
    }

    /**
     * Waits for the next event.
     *
     * @return the event
     * @throws NoSuchElementException if the feed has ended
     * @throws LatchkeyException if the log-in is over, or the server refuses the call; the feed is closed then
     */
    @Override
    public ChangeEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        ChangeEvent event = next;
        next = null;
        if (event instanceof ChangeEvent.Gone) {
            close();
        }
        return event;
    }

    /** Ends the request. A thread that waits for an event learns at once that there is none. */
    @Override
    public void close() {
        closing.close();
        FeedStream open = stream;
        if (open != null) {
            open.close();
        }
    }

    private Optional<ChangeEvent> pull() throws InterruptedException {
        try {
            return nextToTell();
        } catch (LatchkeyException e) {
            if (e.getCode() == ErrorCode.CHANGES_GONE) {
                return Optional.of(new ChangeEvent.Gone(e.getRevision().orElse(position)));
            }
            throw e;
        }
    }

    private Optional<ChangeEvent> nextToTell() throws InterruptedException {
        while (true) {
            FeedStream open = opened();
            Optional<Event> event = open.next();
            if (event.isEmpty()) {
                stream = null;
                connector.lost(open);
            } else {
                Optional<ChangeEvent> told = told(open, event.get());
                if (told.isPresent()) {
                    return told;
                }
            }
        }
    }

    private FeedStream opened() throws InterruptedException {
        if (stream == null) {
            stream = connector.open(position);
            isFruitful = false;
        }
        return stream;
    }

    private Optional<ChangeEvent> told(FeedStream open, Event event) {
        if (event.name().equals("end")) {
            stream = null;
            open.close();
            return ended(open, read(event, ChangeStreamEnd.class));
        }
        isFruitful = true;
        connector.works(open);
        Optional<ChangeEvent> told = told(event);
        if (REVISION.matcher(event.id()).matches()) {
            position = Long.parseLong(event.id());
        }
        return told;
    }

    private Optional<ChangeEvent> told(Event event) {
        return switch (event.name()) {
            case "change" -> Optional.of(told(read(event, Change.class)));
            case "position" -> {
                position = present(read(event, ChangePosition.class).getRevision());
                yield positions ? Optional.of(new ChangeEvent.Position(position)) : Optional.empty();
            }
            // Of a newer server.
            default -> Optional.empty();
        };
    }

    private ChangeEvent told(Change change) {
        position = present(change.getRevision());
        String key = present(change.getKey());
        return switch (present(change.getType())) {
            case PUT -> new ChangeEvent.Put(position, key, change.getValue(), change.getEtag(), change.getExpiresAt());
            case DELETE -> new ChangeEvent.Deletion(position, key, change.getEtag());
            case UNKNOWN -> throw unusable(null);
        };
    }

    private Optional<ChangeEvent> ended(FeedStream open, ChangeStreamEnd end) {
        switch (present(end.getReason())) {
            case CHANGES_GONE -> {
                return Optional.of(new ChangeEvent.Gone(present(end.getRevision())));
            }
            case TOKEN_EXPIRED, SESSION_ENDED -> connector.refused(open, isFruitful);
            case SERVER_STOPPING, UNKNOWN -> connector.lost(open);
        }
        return Optional.empty();
    }

    private <T> T read(Event event, Class<T> type) {
        try {
            return present(Json.read(event.data().getBytes(StandardCharsets.UTF_8), type));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private <T> T present(T member) {
        if (member == null) {
            throw unusable(null);
        }
        return member;
    }

    private LatchkeyException unusable(IOException reason) {
        return LatchkeyException.unanswered(
                ErrorKind.UNUSABLE_ANSWER, connector.label() + ": an event is not one of a Latchkey server.", reason);
    }
}
