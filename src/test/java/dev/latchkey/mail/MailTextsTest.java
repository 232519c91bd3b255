package dev.latchkey.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.Message;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What mails say, and what they look like on the way. */
final class MailTextsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String LINK = "https://app.example/reset?a=1&b=2#token=abc_DEF-123";
    private static final GreenMail SERVER = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private static final ScheduledExecutorService WATCHDOG = Executors.newScheduledThreadPool(1);

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        SERVER.start();
    }

    @AfterAll
    static void stop() {
        SERVER.stop();
        WATCHDOG.shutdownNow();
    }

    private static Map<Placeholder, String> values() {
        return new EnumMap<>(Map.of(
                Placeholder.USERNAME, "alice",
                Placeholder.CODE, "ABCD-EFGH",
                Placeholder.LINK, LINK,
                Placeholder.MINUTES, "15",
                Placeholder.HOURS, "24"));
    }

    private static Letter letter(String locale) {
        return new Letter("alice@example.com", locale, values());
    }

    private static MailTexts ours() {
        return MailTexts.read(TestSettings.texts(Locale.ENGLISH, null), new ArrayList<>());
    }

    static Stream<Arguments> all() {
        return Stream.of(MailKind.values())
                .flatMap(kind -> Stream.of("en", "de").map(language -> Arguments.of(kind, language)));
    }

    /** Sent for real, and read as a mail program reads it. */
    @ParameterizedTest
    @MethodSource("all")
    void eachMailArrivesAsTextAndHtmlWithCodeAndLink(MailKind kind, String language) throws Exception {
        OutgoingMail mail = ours().write("0001", kind, letter(language));
        MimeMessage received = sent(mail);

        assertThat(received.getSubject()).isEqualTo(mail.subject()).contains("Notes");
        assertThat(Collections.list(received.getAllHeaderLines()).stream().map(line -> line.split(":")[0]))
                .filteredOn(name -> !List.of("Return-Path", "Received").contains(name))
                .containsExactlyInAnyOrder(
                        "From",
                        "To",
                        "Subject",
                        "Date",
                        "Message-ID",
                        "MIME-Version",
                        "Content-Type",
                        "Content-Language",
                        "Auto-Submitted",
                        "X-Auto-Response-Suppress");
        assertThat(GreenMailUtil.getHeaders(received)).doesNotContain("alice ", "\"alice", "ABCD");
        assertThat(received.getHeader("To", null)).isEqualTo("alice@example.com");
        assertThat(received.getHeader("From", null)).isEqualTo("no-reply@app.example");
        assertThat(received.getHeader("Message-ID", null)).isEqualTo("<0001@app.example>");
        assertThat(received.getHeader("Auto-Submitted", null)).isEqualTo("auto-generated");
        assertThat(received.getSentDate()).hasSameTimeAs(NOW.toString());

        MimeMultipart parts = (MimeMultipart) received.getContent();
        assertThat(parts.getContentType()).startsWith("multipart/alternative");
        assertThat(parts.getCount()).isEqualTo(2);
        String text = content(parts.getBodyPart(0), "text/plain; charset=utf-8");
        String html = content(parts.getBodyPart(1), "text/html; charset=utf-8");
        if (kind.placeholders().contains(Placeholder.CODE)) {
            assertThat(text.lines()).contains("ABCD-EFGH");
            assertThat(html).contains(">ABCD-EFGH<");
        }
        if (kind.placeholders().contains(Placeholder.LINK)) {
            assertThat(text.lines()).contains(LINK);
            String escaped = LINK.replace("&", "&amp;");
            assertThat(html).contains("href=\"" + escaped + "\"", ">" + escaped + "<");
        }
        assertThat(text).doesNotContain("{", "<", "**", "[");
        assertThat(html)
                .doesNotContain("{{", "{username}", "<img", "<script", "url(", "src=", "@import")
                .contains("<html lang=\"" + language + "\">");
        if (kind == MailKind.PASSWORD_RESET) {
            assertThat(text).contains("alice");
        }
    }

    private static String content(BodyPart part, String type) throws Exception {
        assertThat(part.getContentType()).isEqualToIgnoringCase(type);
        assertThat(part.getHeader("Content-Transfer-Encoding")).containsExactly("quoted-printable");
        return (String) part.getContent();
    }

    private static MimeMessage sent(OutgoingMail mail) throws Exception {
        SERVER.purgeEmailFromAllMailboxes();
        try (SmtpTransport transport = new SmtpTransport(
                TestSettings.smtp(SERVER.getSmtp().getPort(), MailTls.NONE),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                WATCHDOG,
                Clock.fixed(NOW, ZoneOffset.UTC))) {
            assertThat(transport.send(mail).kind()).isEqualTo(Outcome.Kind.SENT);
        }
        MimeMessage[] received = SERVER.getReceivedMessages();
        assertThat(received).hasSize(1);
        assertThat(received[0].getRecipients(Message.RecipientType.TO)).hasSize(1);
        return received[0];
    }

    @Test
    void aParagraphThatLacksItsValueIsLeftOut() {
        Map<Placeholder, String> values = values();
        values.remove(Placeholder.LINK);

        OutgoingMail mail = ours().write("0001", MailKind.EMAIL_LOG_IN, new Letter("alice@example.com", "en", values));

        assertThat(mail.text()).contains("ABCD-EFGH", "15 minutes").doesNotContain("same device", "Log in:", "http");
        assertThat(mail.html()).doesNotContain("href", "same device");
    }

    @Test
    void aValueIsTextAndNothingElse() {
        Map<Placeholder, String> values = values();
        values.put(
                Placeholder.USERNAME, "**bob** <b>[x](https://evil.example) {code} ![](https://evil.example/x) & \"");

        OutgoingMail mail =
                ours().write("0001", MailKind.PASSWORD_RESET, new Letter("alice@example.com", "en", values));

        assertThat(mail.text())
                .contains("**bob** <b>[x](https://evil.example) {code} ![](https://evil.example/x) & \"");
        assertThat(mail.html())
                .contains("**bob** &lt;b&gt;[x](https://evil.example) {code}")
                .doesNotContain("href=\"https://evil", "<img", "<b>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\r\nBcc: eve@example.com", "a\nb", "a\u0000b", "a\u202Eb", "a\u2066b", "a\u2028b", "a\u0085b"})
    void aValueThatCouldPassForMoreIsRefused(String value) {
        for (Placeholder placeholder : List.of(Placeholder.USERNAME, Placeholder.CODE, Placeholder.LINK)) {
            Map<Placeholder, String> values = values();
            values.put(placeholder, value);
            assertThatThrownBy(() -> ours().write(
                                    "0001", MailKind.PASSWORD_RESET, new Letter("alice@example.com", "en", values)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("{" + placeholder.text() + "}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"javascript:alert(1)", "https://x\" onclick=", "ftp://x", "https://a b"})
    void aLinkLeadsToAPage(String link) {
        Map<Placeholder, String> values = values();
        values.put(Placeholder.LINK, link);
        assertThatThrownBy(() ->
                        ours().write("0001", MailKind.PASSWORD_RESET, new Letter("alice@example.com", "en", values)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "de-AT, en, de-AT",
        "de-at, en, de-AT",
        "de-AT-x-private, en, de-AT",
        "de-CH, en, de",
        "fr, de-CH, de",
        "fr, it, en",
        ", de, de",
        ", en, en",
        "sv-FI, en, sv",
    })
    void theNearestLanguageIsTaken(String wanted, String configured, String expected) throws Exception {
        String body = "\n\nHi\n\n{code}\n\n[Open]({link})\n";
        Files.writeString(folder.resolve("email-verification.de-AT.md"), "Subject: Servus {app}" + body);
        Files.writeString(folder.resolve("email-verification.sv.md"), "Subject: Hej {app}" + body);
        List<TextProblem> problems = new ArrayList<>();
        MailTexts texts =
                MailTexts.read(TestSettings.texts(Locale.forLanguageTag(configured), folder.toString()), problems);

        assertThat(problems).isEmpty();
        assertThat(texts.write("0001", MailKind.EMAIL_VERIFICATION, letter(wanted))
                        .language())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "email-verification.en.md|Hello|:1: write the subject in the first line: Subject: ...",
                "test.en.md|Subject: {username}|:1: the subject may name {app} and nothing else: {username}",
                "test.en.md|Subject: A~~Hi {name}|:3: {name} is unknown here: write one of {app}",
                "test.en.md|Subject: A~~Hi~{code}|:3: {code} is unknown here: write one of {app}",
                "password-changed.en.md|Subject: A~~Hi {link}~~[a]({link})|:3: write the link as [what it does]({link})",
                "email-verification.en.md|Subject: A~~Hi {code}~~{code}~~[a]({link})|:3: {code} must stand alone, with an empty line before it and behind it",
                "email-verification.en.md|Subject: A~~{code}|: the text does not have a link, such as [Open]({link}): without it, it is of no use",
                "password-reset.en.md|Subject: A~~{code}~~[a]({link})|: the text does not have {username}: without it, it is of no use",
                "password-changed.en.md|Subject: A~~[a]({link}) b|:3: [...]({link}) must be the last of its paragraph",
                "test.en.md|Subject: A~~<b>Hi</b>|:3: mails have no HTML",
                "test.en.md|Subject: A~~![a](https://a.example/a.png)|:3: mails have no pictures",
                "test.en.md|Subject: A~~# Hi|:3: mails have no headings",
                "test.en.md|Subject: A~~[a](javascript:alert)|:3: a link must lead to {link} or to an address of http, https or mailto",
                "greeting.en.md|Subject: A|: name it after what it is for and its language",
                "test.md|Subject: A|: name it after what it is for and its language",
            })
    void saysWhatIsWrongWithATextAndWhere(String file, String source, String problem) throws Exception {
        Files.writeString(folder.resolve(file), source.replace('~', '\n'));
        List<TextProblem> problems = new ArrayList<>();

        MailTexts.read(TestSettings.texts(Locale.ENGLISH, folder.toString()), problems);

        assertThat(problems)
                .extracting(TextProblem::toString)
                .anyMatch(line -> line.startsWith(folder.resolve(file) + problem));
    }

    @Test
    void saysThatAFolderOrAFileCannotBeRead() throws Exception {
        Files.write(folder.resolve("test.en.md"), new byte[] {'S', (byte) 0xC0});
        List<TextProblem> problems = new ArrayList<>();

        MailTexts.read(TestSettings.texts(Locale.ENGLISH, folder.toString()), problems);
        MailTexts.read(TestSettings.texts(Locale.ENGLISH, folder.resolve("none").toString()), problems);

        assertThat(problems)
                .extracting(TextProblem::text)
                .containsExactly("is not in UTF-8", "is no folder that can be read");
    }
}
