package dev.latchkey.server.http.transfer;

import jakarta.servlet.ServletRequest;

/** What was written of a response and is not sent yet, for those who write only as fast as the client reads. */
public interface Outflow {

    /** That of the response to this request. */
    static Outflow of(ServletRequest request) {
        return (Outflow) request.getAttribute(Outflow.class.getName());
    }

    /** Whether all that was written is sent, as far as the system takes it. Then nothing that is written next waits. */
    boolean isEmpty();

    /** Whether the client is gone, or was disconnected because it did not read. */
    boolean isBroken();

    /**
     * Does {@code work}, which must neither throw nor block, whenever all that was written is sent, or will never be. From now on no write
     * waits for the client: the writer must do that itself.
     */
    void whenEmpty(Runnable work);
}
