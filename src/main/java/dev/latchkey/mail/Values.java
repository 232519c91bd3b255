package dev.latchkey.mail;

import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What is put in for placeholders. */
final class Values {
    /** Control characters, and those that turn the direction of the text around them; no letter and no emoji has need of them here. */
    private static final Pattern UNFIT =
            Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}\\x{61C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

    /** The characters of links, to stand between brackets: those of RFC 3986, so that every mail program sees where one ends. */
    static final String LINK_CHARACTERS = "\\x21-\\x7E&&[^\"<>\\\\^`{|}]";

    private static final Pattern ADDRESS = Pattern.compile("https?://[" + LINK_CHARACTERS + "]+");

    private final Map<Placeholder, String> values;

    private Values(Map<Placeholder, String> values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException if one could pass for something else than it is */
    static Values of(String appName, MailKind kind, Letter letter) {
        Map<Placeholder, String> values = new EnumMap<>(Placeholder.class);
        values.put(Placeholder.APP, appName);
        values.putAll(letter.values());
        values.keySet().retainAll(kind.placeholders());
        values.forEach((placeholder, value) -> {
            if (isUnfit(value)) {
                throw new IllegalArgumentException(
                        "the value of {" + placeholder.text() + "} has a control character in it");
            }
        });
        String link = values.get(Placeholder.LINK);
        if (link != null && !isLink(link)) {
            throw new IllegalArgumentException("the value of {link} is no address of http or https");
        }
        return new Values(values);
    }

    /** Whether a mail can have a link to it. */
    static boolean isLink(String address) {
        return ADDRESS.matcher(address).matches();
    }

    static boolean isUnfit(String text) {
        return UNFIT.matcher(text).find();
    }

    /** Returns null if there is none. */
    String get(Placeholder placeholder) {
        return values.get(placeholder);
    }

    /** The text with values in place of what it names; null if one is missing. */
    String filled(String text) {
        StringBuilder filled = new StringBuilder();
        var named = MailText.PLACEHOLDER.matcher(text);
        int end = 0;
        while (named.find()) {
            String value = Placeholder.ofText(named.group(1)).map(values::get).orElse(null);
            if (value == null) {
                return null;
            }
            filled.append(text.substring(end, named.start())).append(value);
            end = named.end();
        }
        return filled.append(text, end, text.length()).toString();
    }
}
