package dev.latchkey.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mails of a server with {@code mail.mode: log}, as its page on the admin port shows them. */
public final class Mails {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private static final Pattern ARTICLE = Pattern.compile(
            "<article>\n<h2>(?<subject>[^<]*)</h2>\n<p>To (?<address>[^<]*), (?<at>[^,<]*)</p>\n<pre>(?<text>.*?)</pre>.*?</article>\n",
            Pattern.DOTALL);
    private static final Pattern CODE =
            Pattern.compile("^[2-9A-HJKMNP-TW-Z]{4}-[2-9A-HJKMNP-TW-Z]{4}$", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile(">(https?://[^<#]*)(?:#token=([A-Za-z0-9_-]{22}))?</a>");

    private final URI page;
    private final Set<Received> received = new LinkedHashSet<>();

    public Mails(ServerExtension server) {
        this.page = server.admin().resolve("/mail");
    }

    /**
     * A mail.
     *
     * @param kind the name of its text
     * @param code null if there is none
     * @param token null if there is none
     * @param at when it was printed
     */
    public record Received(String kind, String address, String code, String token, String text, String at) {

        /** Whether it is in German; else it is in English. */
        public boolean isGerman() {
            return text.contains("Guten Tag");
        }
    }

    /** All mails to this address so far, the oldest first. */
    public synchronized List<Received> to(String address) {
        List<Received> newest = new ArrayList<>();
        Matcher articles = ARTICLE.matcher(html());
        while (articles.find()) {
            newest.add(0, received(articles));
        }
        received.addAll(newest);
        return received.stream().filter(mail -> mail.address().equals(address)).toList();
    }

    private String html() {
        HttpRequest request =
                HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(30)).build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Received received(Matcher article) {
        String text = article.group("text");
        Matcher code = CODE.matcher(text);
        Matcher link = LINK.matcher(text);
        boolean hasLink = link.find();
        boolean hasCode = code.find();
        return new Received(
                kind(hasLink ? link.group(1) : "", hasCode, text),
                article.group("address"),
                hasCode ? code.group() : null,
                hasLink ? link.group(2) : null,
                text,
                article.group("at"));
    }

    /** By where the link leads; notices lead to the page for a new password as well. */
    private static String kind(String page, boolean hasCode, String text) {
        if (page.endsWith("/verify")) {
            return "email-verification";
        }
        if (page.endsWith("/reset")) {
            return hasCode ? "password-reset" : notice(text);
        }
        return "email-log-in";
    }

    private static String notice(String text) {
        return text.contains("address") || text.contains("Adresse") ? "email-change-requested" : "password-changed";
    }

    /** How many of this kind went to this address so far. */
    public int count(String kind, String address) {
        return of(kind, address).size();
    }

    private List<Received> of(String kind, String address) {
        return to(address).stream().filter(mail -> mail.kind().equals(kind)).toList();
    }

    /** The {@code number}th of this kind to this address, from 1 on, when it is there. */
    public Received await(String kind, String address, int number) {
        Await.until(() -> count(kind, address) >= number);
        return of(kind, address).get(number - 1);
    }
}
