package dev.latchkey.server.http;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Contract;
import dev.latchkey.testing.HardTexts;
import dev.latchkey.testing.JsonValues;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * A request that the contract's operations and all that HTTP allows around them have been mixed for. It ends where it says that
 * it does, so that an answer is sure to come.
 *
 * @param path without the query
 * @param head from the target on, with {@link #TOKEN} where an access token is to be
 * @param body as it is framed, one byte for each character
 */
record RandomRequest(String method, String path, String head, String body) {
    static final String TOKEN = "{token}";

    private static final List<Contract.Call> CALLS = Contract.calls();
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO", "get");
    private static final List<String> OTHER_PATHS = List.of(
            "/",
            "/api",
            "/api/",
            "/nothing",
            "/api/nothing",
            "/api/data/",
            "/api/data/k/",
            "/api/data/a/b",
            "//",
            "/%00",
            "/%ff",
            "/..",
            "/api/register/",
            "/API/me",
            "/docs",
            "/docs/",
            "/docs/nothing",
            "/docs/page.js",
            "/openapi.yaml",
            "/openapi.json",
            "/.well-known/",
            "/a;b=c",
            "/a%2Fb",
            "/a|b");
    private static final List<String> SEGMENTS = List.of(
            "k",
            "absent",
            "a%00",
            "%00",
            "%01",
            ".",
            "..",
            "%2e",
            "%2F",
            "%25",
            "a;b",
            "a+b",
            "%C3%A9",
            "%ff",
            "%",
            "%zz",
            "a%0a",
            "",
            "%20",
            "%E2%80%A8",
            "%F0%9F%94%91",
            "a".repeat(513),
            "%C3%A9".repeat(257),
            "x".repeat(65));
    private static final List<String> QUERIES = List.of("?", "?a=b", "?a=%zz", "?%00", "?;&", "?x=" + "y".repeat(300));

    /** What is said beside the call, by name; each of these is sent now and then. */
    private static final Map<String, List<String>> HEADERS = Map.ofEntries(
            Map.entry(
                    "Accept",
                    List.of(
                            "*/*",
                            "application/json",
                            "application/*",
                            "text/html",
                            "application/json;q=0",
                            "*/*;q=0",
                            "application/json;charset=utf-16",
                            "application/jwk-set+json",
                            "application/json;v=1;q=0.5",
                            "application/merge-patch+json",
                            "",
                            "x",
                            ",",
                            "a/b;q=x",
                            "text/html;q=0.9, */*;q=0.1",
                            "application/json;q=0, */*",
                            "text/*, application/json; q=1.0")),
            Map.entry("Accept-Encoding", List.of("gzip", "identity;q=0", "*;q=0", "br, gzip;q=0.5", "", "x;q=y")),
            Map.entry("Accept-Language", List.of("de", "*", "x;q=y")),
            Map.entry("Accept-Charset", List.of("utf-16", "iso-8859-1;q=0.5", "*;q=0", "")),
            Map.entry("Content-Encoding", List.of("gzip", "identity", "br", "", "x, y")),
            Map.entry("Content-Language", List.of("en", "")),
            Map.entry(
                    "Content-Type",
                    List.of(
                            "text/plain",
                            "application/merge-patch+json",
                            "application/json;charset=utf-16",
                            "application/json; charset=utf8",
                            "*/*",
                            "x",
                            "",
                            "application/x-www-form-urlencoded",
                            "multipart/form-data; boundary=x",
                            "application/json, text/plain")),
            Map.entry("Expect", List.of("100-continue", "100-Continue", "a-miracle", "")),
            Map.entry("Upgrade", List.of("h2c", "websocket", "HTTP/2.0", "")),
            Map.entry(
                    "Connection",
                    List.of("close", "keep-alive", "Upgrade", "upgrade, HTTP2-Settings", "X-Request-Id", "")),
            Map.entry("TE", List.of("trailers", "gzip;q=0.5", "")),
            Map.entry("Trailer", List.of("X", "Content-Length")),
            Map.entry("Range", List.of("bytes=0-1", "bytes=x", "lines=1-2")),
            Map.entry("If-Match", List.of("*", "\"x\"", "x")),
            Map.entry("If-None-Match", List.of("*", "W/\"x\"", "")),
            Map.entry("If-Modified-Since", List.of("Thu, 26 Nov 2026 07:00:00 GMT", "x")),
            Map.entry("Idempotency-Key", List.of("x", "\"x\"", "")),
            Map.entry("Max-Forwards", List.of("0", "x")),
            Map.entry("Origin", List.of("https://a.example", "null", "x")),
            Map.entry("Access-Control-Request-Method", List.of("PUT", "FOO")),
            Map.entry("Cookie", List.of("a=b", "\"", "$Version=1; a=b")),
            Map.entry("Forwarded", List.of("for=1.2.3.4", "x")),
            Map.entry("X-Forwarded-For", List.of("1.2.3.4", "x")),
            Map.entry("X-Request-Id", List.of("mine", "", "a b", "x".repeat(65))),
            Map.entry("X-HTTP-Method-Override", List.of("DELETE", "PATCH")));

    private static final List<String> NOT_JSON = List.of(
            "",
            " ",
            "\n",
            "\u00ef\u00bb\u00bf",
            "{",
            "}",
            "[]",
            "null",
            "\"\"",
            "1",
            "{}",
            " {} ",
            "{}{}",
            "\u0000",
            "\u00ff\u00fe{\u0000}\u0000",
            "\u00ef\u00bb\u00bf{}",
            "[".repeat(100),
            "{\"a\":1,\"a\":2}",
            "a=b",
            "{\"x\":" + "9".repeat(1_001) + "}",
            "{\"" + "x".repeat(2_000) + "\":1}");

    static List<RandomRequest> some(Random random, int count) {
        return Stream.generate(() -> new Mix(random).request()).limit(count).toList();
    }

    boolean waitsToContinue() {
        return !body.isEmpty() && head.toLowerCase(Locale.ROOT).contains("expect: 100-continue");
    }

    @Override
    public String toString() {
        return HardTexts.shown(method + " " + (head + body).replaceAll("(.)\\1{40,}", "$1..."), 2_000);
    }

    private static <T> T oneOf(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }

    private record Mix(Random random) {

        private boolean oneIn(int n) {
            return random.nextInt(n) == 0;
        }

        RandomRequest request() {
            Contract.Call call = oneOf(CALLS, random);
            String method = oneIn(6) ? oneOf(METHODS, random) : call.method();
            String path = oneIn(8) ? oneOf(OTHER_PATHS, random) : filled(call.path());
            if (oneIn(200)) {
                method = "OPTIONS";
                path = "*";
            }
            List<String> lines = new ArrayList<>();
            lines.add(
                    "Host: " + (oneIn(20) ? oneOf(List.of("localhost:", "a:80", "[::1]:", "127.0.0.1"), random) : "a"));
            authorization(method, path).forEach(value -> lines.add("Authorization: " + value));
            HEADERS.keySet().stream()
                    .sorted()
                    .filter(name -> oneIn(12))
                    .forEach(name -> lines.add(name + ": " + oneOf(HEADERS.get(name), random)));
            String content = oneIn(6) || call.body() == null ? anything() : object(call.body());
            if (call.body() != null && !oneIn(8)) {
                lines.removeIf(line -> line.startsWith("Content-Type: "));
                lines.add("Content-Type: " + call.body().mediaType());
            }
            String framed = "";
            if (call.body() == null ? oneIn(3) : !oneIn(10)) {
                framed = framed(content, lines);
            }
            String query = path.equals("*") || !oneIn(15) ? "" : oneOf(QUERIES, random);
            String head = path + query + " HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
            return new RandomRequest(method, path, head, framed);
        }

        private String filled(String template) {
            return template.replaceAll("\\{[^}]+}", Matcher.quoteReplacement(oneOf(SEGMENTS, random)));
        }

        /** What ends a session is asked of a good one now and then only: another has to be made, which takes long. */
        private List<String> authorization(String method, String path) {
            boolean isLast =
                    (method.equals("DELETE") && !path.startsWith("/api/data")) || path.equals("/api/me/password");
            if (isLast ? oneIn(100) : !oneIn(6)) {
                return List.of("Bearer " + TOKEN);
            }
            return oneOf(
                    List.of(
                            List.of(),
                            List.of("Bearer x"),
                            List.of("Bearer"),
                            List.of(""),
                            List.of("Basic eDp5"),
                            List.of("x", "y")),
                    random);
        }

        private String framed(String content, List<String> lines) {
            if (random.nextBoolean()) {
                lines.add("Content-Length: " + content.length());
                return content;
            }
            lines.add("Transfer-Encoding: " + (oneIn(30) ? "gzip, chunked" : oneIn(10) ? "Chunked" : "chunked"));
            StringBuilder chunks = new StringBuilder();
            for (int from = 0; from < content.length(); ) {
                int to = Math.min(content.length(), from + 1 + random.nextInt(content.length()));
                chunks.append(Integer.toHexString(to - from))
                        .append(oneIn(10) ? ";x=y\r\n" : "\r\n")
                        .append(content, from, to)
                        .append("\r\n");
                from = to;
            }
            return chunks.append("0\r\n")
                    .append(oneIn(20) ? "X: y\r\n" : "")
                    .append("\r\n")
                    .toString();
        }

        private String anything() {
            return oneIn(60) ? "x".repeat(70_000) : oneOf(NOT_JSON, random);
        }

        /** An object with all members of the body but some, of which most are as they should be. */
        private String object(Contract.Body body) {
            List<String> members = new ArrayList<>();
            for (String member : body.members()) {
                if (!oneIn(12)) {
                    members.add("\"" + member + "\":" + value(member));
                }
            }
            if (oneIn(5)) {
                members.add(bytes("\"unknown\":" + oneOf(JsonValues.ALL, random)));
            }
            if (oneIn(30)) {
                members.add("\"filler\":\"" + "x".repeat(70_000) + "\"");
            }
            return (oneIn(20) ? "\u00ef\u00bb\u00bf" : "") + "{" + String.join(",", members) + "}";
        }

        private String value(String member) {
            return bytes(
                    switch (random.nextInt(4)) {
                        case 0 -> oneOf(JsonValues.ALL, random);
                        case 1 ->
                            Api.object("x", HardTexts.any(random, 600))
                                    .path("x")
                                    .toString();
                        default ->
                            member.equals("age")
                                    ? "30"
                                    : member.equals("email") ? "\"a@b.example\"" : "\"some " + member + "\"";
                    });
        }

        private static String bytes(String text) {
            return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        }
    }
}
