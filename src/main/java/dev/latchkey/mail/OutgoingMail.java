package dev.latchkey.mail;

/**
 * A mail as it goes out.
 *
 * @param id the same each time that the mail is sent
 * @param language the BCP 47 tag of the texts
 * @param text the body for readers that show plain text, with lines that end in {@code \n}
 * @param html the same for all others
 */
record OutgoingMail(String id, String address, String language, String subject, String text, String html) {

    /** Without what must not be logged. */
    @Override
    public String toString() {
        return "OutgoingMail[" + id + "]";
    }
}
