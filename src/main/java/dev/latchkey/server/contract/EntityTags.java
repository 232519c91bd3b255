package dev.latchkey.server.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code If-Match} or {@code If-None-Match}: a list of entity tags, or {@code *} (RFC 9110, sections 13.1.1 and 13.1.2).
 *
 * @param isAny whether it is {@code *}
 * @param tags the tags as they were sent, in quotes, with {@code W/} before a weak one
 */
public record EntityTags(boolean isAny, List<String> tags) {
    static final String FORM = "must be a list of entity tags in quotes, or *";

    private static final EntityTags ANY = new EntityTags(true, List.of());

    // A list may have empty elements (RFC 9110, section 5.6.1.2). Possessive, so that the time grows with the length
    // only.
    private static final Pattern ELEMENT =
            Pattern.compile("\\G[\\t ,]*+((?:W/)?\"[\\x21\\x23-\\x7E\\x80-\\xFF]*+\")[\\t ]*+(?:,|\\z)");
    private static final Pattern REST = Pattern.compile("[\\t ,]*+");

    public EntityTags {
        tags = List.copyOf(tags);
    }

    /** Empty if the text is not well-formed. */
    public static Optional<EntityTags> parse(String text) {
        if (text.strip().equals("*")) {
            return Optional.of(ANY);
        }
        List<String> tags = new ArrayList<>();
        Matcher element = ELEMENT.matcher(text);
        int end = 0;
        while (element.find()) {
            tags.add(element.group(1));
            end = element.end();
        }
        boolean isWhole = REST.matcher(text.substring(end)).matches();
        return isWhole && !tags.isEmpty() ? Optional.of(new EntityTags(false, tags)) : Optional.empty();
    }

    /** Whether {@code tag} is one of these, none of the two being weak (RFC 9110, section 8.8.3.2). */
    public boolean containsStrongly(String tag) {
        return isAny || tags.contains(tag);
    }

    /** Whether {@code tag} is one of these, be it weak or not. {@code tag} itself is strong. */
    public boolean containsWeakly(String tag) {
        return containsStrongly(tag) || tags.contains("W/" + tag);
    }
}
