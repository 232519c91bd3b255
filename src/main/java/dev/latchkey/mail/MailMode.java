package dev.latchkey.mail;

/** What becomes of mails. */
public enum MailMode {
    /** There are none. */
    OFF,
    /** They are printed to the log, and shown on the admin port. */
    LOG,
    /** They are sent. */
    SMTP
}
