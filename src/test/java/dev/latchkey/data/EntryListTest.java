package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of entries, over HTTP. */
@ParameterizedClass
@EnumSource(Engine.class)
final class EntryListTest {
    private static final String LAST = "\uDBFF\uDFFF";

    private final Api api;
    private final String token;

    EntryListTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
        token = DataTest.tokenOf(engine, api);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void givesEveryEntryOnceAndInOrder(int limit) {
        String prefix = Api.newName() + "/";
        List<String> keys = IntStream.range(0, 7).mapToObj(i -> prefix + i).toList();
        keys.forEach(key -> api.create(token, key, "value of " + key));

        List<JsonNode> entries = all(prefix, "&limit=" + limit);

        assertThat(entries).extracting(entry -> entry.path("key").textValue()).isEqualTo(keys);
        assertThat(entries).allSatisfy(entry -> assertThat(entry.path("value").textValue())
                .isEqualTo("value of " + entry.path("key").textValue()));
    }

    /** Around the ends of UTF-8's ranges, and with what SQL, URLs and patterns like to take for their own. */
    static List<String> hardPrefixes() {
        return List.of(
                "%",
                "_",
                "a%",
                "\\",
                "'",
                "*",
                "\uD7FF",
                "\uFFFF",
                LAST,
                "a" + LAST,
                LAST + LAST,
                "~",
                "\u00FF",
                "a b",
                "+",
                "&",
                ".",
                "..");
    }

    @ParameterizedTest
    @MethodSource("hardPrefixes")
    void neverLeavesItsPrefix(String prefix) {
        String own = api.newToken();
        List<String> all = List.of(
                prefix + "x",
                prefix + "xx",
                prefix + LAST,
                "a",
                "b",
                "A",
                "\uE000",
                "zz",
                prefix.substring(0, prefix.offsetByCodePoints(0, prefix.codePointCount(0, prefix.length()) - 1)) + "!");
        all.stream().distinct().forEach(key -> api.create(own, key, ""));
        List<String> expected = all.stream()
                .distinct()
                .filter(key -> key.startsWith(prefix))
                .sorted(Comparator.comparing(
                        key -> key.getBytes(StandardCharsets.UTF_8), java.util.Arrays::compareUnsigned))
                .toList();

        assertThat(keys(own, prefix, "&limit=1")).isEqualTo(expected);
        assertThat(keys(own, prefix, "")).isEqualTo(expected);
    }

    @Test
    void leavesValuesOutIfToldTo() {
        String prefix = Api.newName();
        api.create(token, prefix, "x");
        assertThat(all(prefix, "&values=false")).singleElement().satisfies(entry -> {
            assertThat(entry.has("value")).isFalse();
            assertThat(entry.path("etag").textValue()).isNotNull();
        });
    }

    /** At 1 MiB of values, but after at least one entry. */
    @Test
    void endsAPageWithItsValues() {
        String prefix = Api.newName();
        String half = "x".repeat(1 << 19);
        for (String key : List.of("1", "2", "3")) {
            api.create(token, prefix + key, half);
        }
        api.create(token, prefix + "4", half + half);
        api.create(token, prefix + "5", "");
        List<Integer> sizes = new ArrayList<>();
        pages(token, prefix, "")
                .forEach(page -> sizes.add(page.at("/data/entries").size()));
        assertThat(sizes).containsExactly(2, 1, 2);
        assertThat(pages(token, prefix, "&values=false")).hasSize(1);
    }

    @Test
    void hasNoPageAfterTheLastEntry() {
        String prefix = Api.newName();
        IntStream.range(0, 4).forEach(i -> api.create(token, prefix + i, ""));
        assertThat(pages(token, prefix, "&limit=2")).hasSize(2).allSatisfy(page -> assertThat(page.at("/data/entries"))
                .hasSize(2));
        assertThat(pages(token, prefix, "&limit=4")).hasSize(1);
        assertThat(pages(token, prefix + "none", "")).hasSize(1);
    }

    /** It is a place, so that what was stored or deleted meanwhile appears as it is. */
    @Test
    void goesOnFromACursorWhateverHappensToTheEntries() {
        String prefix = Api.newName();
        for (String key : List.of("b", "d", "f")) {
            api.create(token, prefix + key, "");
        }
        JsonNode first = page(token, prefix, "&limit=2");
        String cursor = first.at("/data/next_cursor").textValue();
        api.delete(token, prefix + "d");
        api.create(token, prefix + "a", "");
        api.create(token, prefix + "e", "");
        JsonNode next = page(token, prefix, "&cursor=" + cursor);
        assertThat(next.at("/data/entries").findValuesAsText("key")).containsExactly(prefix + "e", prefix + "f");
        assertThat(page(token, prefix, "&cursor=" + cursor)).as("once more").isEqualTo(next);
    }

    @Test
    void linksToTheNextPage() {
        String prefix = Api.newName() + " /%";
        IntStream.range(0, 3).forEach(i -> api.create(token, prefix + i, ""));
        Api.Answer first = get(token, prefix, "&limit=2&values=false");
        String link = first.header("Link");
        assertThat(link).matches("<(.*)>; rel=\"next\"");
        Api.Answer next = api.as(token, "GET", link.substring(1, link.indexOf('>')), null);
        assertThat(next.body().at("/data/entries").findValuesAsText("key")).containsExactly(prefix + "2");
        assertThat(next.body().at("/data/entries/0").has("value")).isFalse();
        assertThat(next.header("Link")).isNull();
    }

    @Test
    void refusesAForeignOrBrokenCursor() {
        String prefix = Api.newName();
        IntStream.range(0, 2).forEach(i -> api.create(token, prefix + i, ""));
        String cursor = page(token, prefix, "&limit=1").at("/data/next_cursor").textValue();
        List<Api.Answer> refused = List.of(
                get(api.newToken(), prefix, "&cursor=" + cursor),
                get(token, prefix + "0", "&cursor=" + cursor),
                get(token, "", "&cursor=" + cursor),
                get(token, prefix, "&cursor=" + cursor + "AAAA"),
                get(token, prefix, "&cursor=" + cursor.substring(1)),
                get(token, prefix, "&cursor=" + (cursor.charAt(0) == 'A' ? "B" : "A") + cursor.substring(1)),
                get(token, prefix, "&cursor=A"),
                get(token, prefix, "&cursor=" + "A".repeat(700)));
        assertThat(refused).allSatisfy(answer -> {
            assertThat(answer.outcome()).isEqualTo("400 INVALID_REQUEST");
            assertThat(answer.body().at("/errors/0/field").textValue()).isEqualTo("cursor");
        });
    }

    /** What changes after a list was read has a greater revision. */
    @Test
    void tellsFromWhereToFollowTheChanges() {
        String prefix = Api.newName();
        String tag = api.create(token, prefix, "").header("ETag");
        long revision = page(token, prefix, "").at("/data/revision").longValue();
        assertThat(revision).isGreaterThanOrEqualTo(Long.parseLong(tag.replace("\"", "")));
        String next = api.update(token, prefix, "").header("ETag");
        assertThat(Long.parseLong(next.replace("\"", ""))).isGreaterThan(revision);
        assertThat(page(api.newToken(), "", "").at("/data/revision").longValue())
                .isZero();
    }

    private List<JsonNode> all(String prefix, String parameters) {
        List<JsonNode> entries = new ArrayList<>();
        pages(token, prefix, parameters)
                .forEach(page -> page.at("/data/entries").forEach(entries::add));
        return entries;
    }

    private List<String> keys(String of, String prefix, String parameters) {
        List<String> keys = new ArrayList<>();
        pages(of, prefix, parameters)
                .forEach(page -> keys.addAll(page.at("/data/entries").findValuesAsText("key")));
        return keys;
    }

    private List<JsonNode> pages(String of, String prefix, String parameters) {
        List<JsonNode> pages = new ArrayList<>();
        JsonNode page = page(of, prefix, parameters);
        pages.add(page);
        while (page.at("/data").has("next_cursor")) {
            page = page(
                    of,
                    prefix,
                    parameters + "&cursor=" + page.at("/data/next_cursor").textValue());
            assertThat(page.at("/data/entries")).isNotEmpty();
            pages.add(page);
        }
        return pages;
    }

    private JsonNode page(String of, String prefix, String parameters) {
        Api.Answer answer = get(of, prefix, parameters);
        assertThat(answer.outcome()).isEqualTo("200");
        return answer.body();
    }

    private Api.Answer get(String of, String prefix, String parameters) {
        String encoded = URLEncoder.encode(prefix, StandardCharsets.UTF_8).replace("+", "%20");
        return api.as(of, "GET", "/api/data?prefix=" + encoded + parameters, null);
    }
}
