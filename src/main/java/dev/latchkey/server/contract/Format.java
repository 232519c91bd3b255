package dev.latchkey.server.contract;

import dev.latchkey.server.names.LanguageTag;
import java.util.Optional;
import java.util.regex.Pattern;

/** The formats that the contract describes in words ({@code x-format}), implemented exactly. */
public enum Format {
    USERNAME("must consist of letters, digits, '.', '_' and '-'"),
    EMAIL("must be a well-formed e-mail address"),
    VISIBLE("must hold more than white space and invisible characters"),
    KEY("must not be empty, '.' or '..', and must not hold control characters"),
    KEY_PREFIX("must not hold control characters"),
    ENTITY_TAGS(EntityTags.FORM),
    LANGUAGE_TAG("must be a well-formed language tag, such as de or pt-BR");

    /** Letters and digits of any script, but no numbers in circles or brackets (U+2460 to U+27BF). */
    private static final Pattern NAME = Pattern.compile("[-._\\p{L}\\p{M}\\p{N}&&[^\\x{2460}-\\x{27BF}]]*");

    private final String complaint;

    Format(String complaint) {
        this.complaint = complaint;
    }

    /** What is wrong with the text, or empty. */
    Optional<String> complaint(String text) {
        return isOf(text) ? Optional.empty() : Optional.of(complaint);
    }

    private boolean isOf(String text) {
        return switch (this) {
            case USERNAME -> NAME.matcher(text).matches() && text.codePoints().noneMatch(Unseen::contains);
            case EMAIL -> EmailAddress.isWellFormed(text);
            case VISIBLE -> !text.codePoints().allMatch(Unseen::contains);
            case KEY ->
                !text.equals(".") && !text.equals("..") && text.codePoints().noneMatch(Character::isISOControl);
            case KEY_PREFIX -> text.codePoints().noneMatch(Character::isISOControl);
            case ENTITY_TAGS -> EntityTags.parse(text).isPresent();
            case LANGUAGE_TAG -> LanguageTag.isWellFormed(text);
        };
    }
}
