package dev.latchkey.mail;

/** Takes mails away. For one thread at a time, except for {@link #abort}. */
interface Transport extends AutoCloseable {

    /**
     * Makes a connection unless there is one.
     *
     * @throws TransportException if that fails, which is no fault of any mail
     */
    void connect() throws TransportException;

    /**
     * Hands a mail over, within two minutes.
     *
     * @throws TransportException if it was certainly not taken, through no fault of its own
     */
    Outcome send(OutgoingMail mail) throws TransportException;

    /** Breaks off what the other thread is doing, which then fails soon. */
    void abort();

    /** Ends the connection, if there is one. */
    @Override
    void close();
}
