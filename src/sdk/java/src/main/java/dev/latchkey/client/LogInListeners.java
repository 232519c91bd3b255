package dev.latchkey.client;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells listeners who is logged in after a change. Never while the session is locked, because a listener may make calls. */
final class LogInListeners {
    private static final System.Logger LOGGER = System.getLogger(LogInListeners.class.getPackageName());

    private final List<Consumer<Optional<String>>> listeners = new CopyOnWriteArrayList<>();
    private Optional<String> known = Optional.empty();

    synchronized Runnable listen(Optional<String> username, Consumer<Optional<String>> listener) {
        if (listeners.isEmpty()) {
            known = username;
        }
        // A listener that is added twice is called twice.
        Consumer<Optional<String>> own = now -> listener.accept(now);
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    synchronized void tell(Optional<String> username) {
        if (username.equals(known)) {
            return;
        }
        known = username;
        for (Consumer<Optional<String>> listener : listeners) {
            try {
                listener.accept(username);
            } catch (RuntimeException e) {
                LOGGER.log(System.Logger.Level.WARNING, "A listener failed; the call that it was told of did not.", e);
            }
        }
    }
}
