package dev.latchkey.mail;

import java.util.Map;
import java.util.Objects;

/**
 * What is to be sent.
 *
 * @param address where it goes
 * @param locale the language, a BCP 47 tag; null for {@code mail.locale}
 * @param values what is put in for the placeholders of the kind. {@link Placeholder#APP} need not be there; a paragraph that names
 *     one that is not there is left out
 */
public record Letter(String address, String locale, Map<Placeholder, String> values) {

    public Letter {
        Objects.requireNonNull(address);
        values = Map.copyOf(values);
    }

    /** Without what must not be logged. */
    @Override
    public String toString() {
        return "Letter[" + values.keySet() + "]";
    }
}
