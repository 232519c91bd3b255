package dev.latchkey.server.tls;

/** A certificate or key that cannot be used. The message begins with the setting, and says what to write instead. */
public final class TlsException extends RuntimeException {
    static final String CERTIFICATE = "tls.certificate";
    static final String KEY = "tls.key";

    private static final long serialVersionUID = 1;

    private final String setting;
    private final String text;

    TlsException(String setting, String text, Throwable cause) {
        super(setting + " " + text, cause);
        this.setting = setting;
        this.text = text;
    }

    TlsException(String setting, String text) {
        this(setting, text, null);
    }

    /** Which setting is wrong. */
    public String setting() {
        return setting;
    }

    /** What follows its name in a message. */
    public String text() {
        return text;
    }
}
