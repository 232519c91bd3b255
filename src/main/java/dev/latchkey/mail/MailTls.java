package dev.latchkey.mail;

/** How the connection to the mail server is protected. */
public enum MailTls {
    /** It becomes TLS before anything is said (RFC 3207); a server that cannot do so is given nothing. */
    STARTTLS(587),
    /** It is TLS from the beginning (RFC 8314). */
    TLS(465),
    /** Not at all: for a server on this machine. */
    NONE(25);

    private final int port;

    MailTls(int port) {
        this.port = port;
    }

    /** Where mail servers usually listen for it. */
    int port() {
        return port;
    }
}
