package dev.latchkey.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.Node;

/**
 * The texts of all mails: ours in English and German, and above them those of the operator, in any language. A file is named after the kind
 * of the mail and the language, such as {@code password-reset.de-AT.md}.
 */
final class MailTexts {
    private static final String FOLDER = "/mail/";
    private static final List<String> LANGUAGES = List.of("en", "de");
    private static final String ENDING = ".md";
    private static final Pattern FILE_NAME =
            Pattern.compile("(?<kind>[a-z-]+)\\.(?<language>" + MailSettings.LOCALE + ")\\.md");
    private static final int MAX_BYTES = 64 << 10;

    private final String appName;
    private final String locale;
    private final String[] layout;
    private final Map<String, MailText> texts;

    private MailTexts(MailSettings settings, Map<String, MailText> texts) {
        this.appName = settings.appName();
        this.locale = settings.locale();
        this.layout = resource("layout.html").split("\\{\\{[a-z]+}}", -1);
        this.texts = texts;
    }

    /** Reads the texts. What is wrong with those of the operator is added to {@code problems}. */
    static MailTexts read(MailSettings settings, List<TextProblem> problems) {
        Map<String, MailText> texts = new HashMap<>();
        List<TextProblem> ours = new ArrayList<>();
        for (MailKind kind : MailKind.values()) {
            for (String language : LANGUAGES) {
                String name = kind.fileName() + "." + language + ENDING;
                put(texts, MailText.parse(kind, language, name, resource(name), ours));
            }
        }
        if (!ours.isEmpty()) {
            throw new IllegalStateException(ours.toString());
        }
        if (settings.templates() != null) {
            readFolder(settings.templates(), texts, problems);
        }
        return new MailTexts(settings, texts);
    }

    private static void put(Map<String, MailText> texts, MailText text) {
        texts.put(key(text.kind(), text.language()), text);
    }

    private static String key(MailKind kind, String language) {
        return kind.fileName() + "." + language.toLowerCase(Locale.ROOT);
    }

    private static void readFolder(String folder, Map<String, MailText> texts, List<TextProblem> problems) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(folder), "*" + ENDING)) {
            for (Path file : files) {
                readFile(file, texts, problems);
            }
        } catch (IOException | InvalidPathException e) {
            problems.add(new TextProblem(folder, 0, "is no folder that can be read"));
        }
    }

    private static void readFile(Path file, Map<String, MailText> texts, List<TextProblem> problems)
            throws IOException {
        Matcher name = FILE_NAME.matcher(file.getFileName().toString());
        MailKind kind = name.matches() ? MailKind.ofFileName(name.group("kind")).orElse(null) : null;
        if (kind == null) {
            List<String> kinds =
                    List.of(MailKind.values()).stream().map(MailKind::fileName).toList();
            problems.add(new TextProblem(
                    file.toString(),
                    0,
                    "name it after what it is for and its language, such as password-reset.en.md; there are "
                            + String.join(", ", kinds)));
            return;
        }
        try {
            byte[] bytes;
            try (InputStream content = Files.newInputStream(file)) {
                bytes = content.readNBytes(MAX_BYTES + 1);
            }
            if (bytes.length > MAX_BYTES) {
                problems.add(new TextProblem(file.toString(), 0, "is longer than 64 KiB"));
                return;
            }
            String source = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            put(texts, MailText.parse(kind, name.group("language"), file.toString(), source, problems));
        } catch (CharacterCodingException e) {
            problems.add(new TextProblem(file.toString(), 0, "is not in UTF-8"));
        } catch (IOException e) {
            problems.add(new TextProblem(file.toString(), 0, "cannot be read"));
        }
    }

    private static String resource(String name) {
        try (InputStream resource = MailTexts.class.getResourceAsStream(FOLDER + name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a mail in the language of the letter, or else in the nearest that there is.
     *
     * @throws IllegalArgumentException if a value cannot be put in
     */
    OutgoingMail write(String id, MailKind kind, Letter letter) {
        return write(id, find(kind, letter.locale()), letter);
    }

    /** Writes each once, as for a user who does not exist. What goes wrong is added to {@code problems}. */
    void writeAll(List<TextProblem> problems) {
        Map<Placeholder, String> samples = Map.of(
                Placeholder.CODE, "7KMP-3WXR",
                Placeholder.LINK, "https://example.com/page#token=mJ4tZ0xqvJ2cU8Qy6cRk1A",
                Placeholder.USERNAME, "example_user",
                Placeholder.MINUTES, "15",
                Placeholder.HOURS, "24");
        for (MailText text : texts.values()) {
            try {
                write("sample", text, new Letter("user@example.com", text.language(), samples));
            } catch (RuntimeException e) {
                problems.add(new TextProblem(text.file(), 0, "cannot be written: " + e.getMessage()));
            }
        }
    }

    private OutgoingMail write(String id, MailText text, Letter letter) {
        Values values = Values.of(appName, text.kind(), letter);
        String subject = values.filled(text.subject());
        Node body = Markdown.fill(text.body(), values);
        String html = layout[0]
                + Html.escaped(text.language())
                + layout[1]
                + Html.escaped(subject)
                + layout[2]
                + Html.of(body)
                + layout[3];
        return new OutgoingMail(id, letter.address(), text.language(), subject, PlainText.of(body), html);
    }

    /** By the account's tag, the same with less and less behind it, that of the configuration likewise, and English. */
    private MailText find(MailKind kind, String wanted) {
        for (String tag : new String[] {wanted, locale}) {
            for (String language = tag; language != null; language = shorter(language)) {
                MailText text = texts.get(key(kind, language));
                if (text != null) {
                    return text;
                }
            }
        }
        return texts.get(key(kind, LANGUAGES.get(0)));
    }

    private static String shorter(String tag) {
        int end = tag.lastIndexOf('-');
        return end < 0 ? null : tag.substring(0, end);
    }
}
