package dev.latchkey.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.api.model.EntryBody;
import dev.latchkey.api.model.NewUserBody;
import dev.latchkey.server.contract.ContractValidation;
import dev.latchkey.testing.HardTexts;
import dev.latchkey.testing.Program;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract's patterns mean one thing, whoever reads them; and the server, where it is exact, is nowhere more generous. */
final class PatternsIT {
    private static final long SEED = 20_261_126;
    private static final JsonNode CONTRACT =
            Document.read(Path.of("api/openapi.yaml")).root();
    private static final JsonNode RELEASED =
            Document.read(Path.of("api/released/openapi.yaml")).root();
    private static final List<String> PATTERNS = all(CONTRACT, "pattern");
    private static final List<String> TEXTS = texts();

    /**
     * What every dialect has, and reads alike whether it works on characters, UTF-16 or bytes: nothing beyond ASCII, no class by name,
     * no dot, nothing that looks around; and nothing is counted that may be more than one byte.
     */
    private static final Pattern PORTABLE = portable();

    @TempDir
    private Path folder;

    private static Pattern portable() {
        String escape = "\\\\x[0-7][0-9A-F]";
        String end = "(?:[A-Za-z0-9 @_~]|" + escape + ")";
        String member = "(?:" + end + "-" + end + "|" + end + "|[.])";
        String items = "(?:-?" + member + "+|" + member + "+-)";
        String many = "[*+?]?";
        String item = "(?:\\[\\^" + items + "]" + many + "|\\[" + items + "](?:[*+?]|\\{[0-9]+})?|[A-Za-z0-9 \"=;,_@]"
                + many + ")";
        return Pattern.compile("\\^(?:" + item + "|\\(" + item + "+\\)" + many + ")+\\$");
    }

    static List<String> patterns() {
        return PATTERNS;
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void usesWhatEveryDialectHas(String pattern) {
        assertThat(pattern).matches(PORTABLE);
    }

    /** Of each kind that means something else somewhere, or nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "^[\\s\\S]*$",
                "^\\S+$",
                "^\\d+$",
                "^[\\w.]+$",
                "^\\p{L}+$",
                "^[^\\u2000-\\u206F]+$",
                "^[^\\x00-\\x1F\\x7F-\\x9F]+$",
                "^(?!a)b$",
                "^(?:a|b)$",
                "^.*$",
                "^\\bword\\b$",
                "^[^\u00a0]+$",
                "^[^a]{3}$",
                "^[a-z&&[^b]]+$",
                "^[[:alpha:]]+$",
                "^a++$",
                "^a*?$",
                "[a-z]+",
                "^a$|^b$",
                "^(a)\\1$",
                "\\A[a-z]+\\z"
            })
    void knowsWhatNotEveryDialectHas(String pattern) {
        assertThat(pattern).doesNotMatch(PORTABLE);
    }

    @Test
    void triesEachPatternWithTextsThatMatchAndTextsThatDoNot() {
        assertThat(TEXTS).hasSizeGreaterThan(5_000);
        for (String pattern : PATTERNS) {
            assertThat(inJava(pattern)).as(pattern).contains("0").contains("1");
        }
    }

    /** Bean Validation's Java against the others; the second of two readings may take the end of a line for the end of the text. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"node, matches.mjs", "python3, matches.py", "ruby, matches.rb", "php, matches.php", "go, matches.go"})
    void meansTheSameIn(String program, String script) {
        List<String> readings = run(program, script, PATTERNS);
        for (int i = 0; i < PATTERNS.size(); i++) {
            String pattern = PATTERNS.get(i);
            String java = inJava(pattern);
            assertThat(differences(java, readings.get(2 * i))).as(pattern).isEmpty();
            String asItIs = readings.get(2 * i + 1);
            assertThat(differences(java, asItIs)).as(pattern).allMatch(text -> text.contains("\n"));
            assertThat(IntStream.range(0, TEXTS.size())
                            .filter(n -> java.charAt(n) == '1' && asItIs.charAt(n) == '0')
                            .mapToObj(TEXTS::get)
                            .map(HardTexts::shown))
                    .as(pattern)
                    .isEmpty();
        }
    }

    /** Why the gate lets patterns be written anew: what the words and the code let pass is what the released pattern did. */
    @ParameterizedTest
    @CsvSource({"Username, username", "Email, email", "FullName, full_name", "Gender, gender", "Key, key"})
    void theServerTakesNothingThatTheReleasedPatternRefuses(String schema, String member) {
        Validator validator =
                ContractValidation.factory(new ObjectMapper(), List.of()).getValidator();
        Class<?> body = member.equals("key") ? EntryBody.class : NewUserBody.class;
        String property = member.equals("full_name") ? "fullName" : member;
        List<String> readings = run(
                "node",
                "matches.mjs",
                List.of(RELEASED.at("/components/schemas/" + schema + "/pattern")
                        .textValue()));

        List<String> taken = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            boolean isRead = !TEXTS.get(i).contains("\0");
            if (isRead && validator.validateValue(body, property, TEXTS.get(i)).isEmpty()) {
                taken.add(TEXTS.get(i));
                assertThat(readings.get(1).charAt(i))
                        .as(HardTexts.shown(TEXTS.get(i)))
                        .isEqualTo('1');
            }
        }
        assertThat(taken).hasSizeGreaterThan(50);
        String pattern =
                CONTRACT.at("/components/schemas/" + schema + "/pattern").textValue();
        assertThat(taken).as("what it takes, the contract's pattern does").allMatch(text -> text.matches(pattern));
    }

    private List<String> run(String program, String script, List<String> patterns) {
        Path input = folder.resolve("input.json");
        try {
            Files.writeString(
                    input, new ObjectMapper().writeValueAsString(Map.of("patterns", patterns, "texts", TEXTS)), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>();
        command.add(Program.find("whether the contract's patterns mean the same in " + program + " was", program)
                .toString());
        if (program.equals("go")) {
            command.add("run");
        }
        command.add(Path.of("src/test/patterns", script).toAbsolutePath().toString());
        command.add(input.toString());
        List<String> lines =
                Program.run(folder, Map.of(), command).succeeded().lines().toList();
        assertThat(lines).hasSize(2 * patterns.size());
        return lines;
    }

    private static String inJava(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return TEXTS.stream()
                .map(text -> compiled.matcher(text).matches() ? "1" : "0")
                .collect(Collectors.joining());
    }

    private static List<String> differences(String one, String other) {
        assertThat(other).hasSameSizeAs(one);
        return IntStream.range(0, one.length())
                .filter(n -> one.charAt(n) != other.charAt(n))
                .mapToObj(TEXTS::get)
                .toList();
    }

    /** What each hard character does alone, and at each place of a text that the contract gives as an example; and thousands at random. */
    private static List<String> texts() {
        Random random = new Random(SEED);
        List<String> examples = all(CONTRACT, "example");
        List<Function<String, String>> places = List.of(
                c -> c,
                c -> c + c + c,
                c -> "." + c,
                c -> "abc" + c,
                c -> c + "abc",
                c -> "a" + c + "bc",
                c -> "user" + c + "@example.com",
                c -> "user@exa" + c + "mple.com",
                c -> "user@example.com" + c,
                c -> "!\nabc" + c,
                c -> "abc\n" + c + "!");
        Stream<String> placed = hardCharacters().flatMap(c -> places.stream().map(place -> place.apply(c)));
        Stream<String> known = Stream.generate(() -> HardTexts.any(random, 100)).limit(2_000);
        Stream<String> mutated =
                Stream.generate(() -> mutated(random, examples)).limit(3_000);
        return Stream.of(
                        Stream.of("", ".", "..", "...", " .", ". ", "..\n", ".\n", "\n.", "abc\n\n"),
                        examples.stream(),
                        placed,
                        known,
                        mutated)
                .flatMap(texts -> texts)
                .distinct()
                .toList();
    }

    /** Everything below U+0250, in the general punctuation and the ends of ranges: white space, controls, what is not seen, other planes. */
    private static Stream<String> hardCharacters() {
        return Stream.of(
                        IntStream.range(0, 0x250),
                        IntStream.range(0x2000, 0x2070),
                        IntStream.of(
                                0x34F, 0x378, 0x600, 0x61C, 0x661, 0x115F, 0x1680, 0x17B4, 0x180E, 0x2190, 0x2460,
                                0x2776, 0x2800, 0x2BFF, 0x2C00, 0x3000, 0x3001, 0x3004, 0x3005, 0x3164, 0x4E00, 0xAC00,
                                0xD7FF, 0xE000, 0xFDD0, 0xFE0F, 0xFEFF, 0xFF0E, 0xFF10, 0xFF20, 0xFFA0, 0xFFFD, 0xFFFE,
                                0xFFFF, 0x10000, 0x1D7D8, 0x1E900, 0x1F511, 0x20000, 0x2A6D6, 0xE0001, 0xE0100,
                                0x10FFFF))
                .flatMap(IntStream::boxed)
                .map(Character::toString);
    }

    private static String mutated(Random random, List<String> examples) {
        StringBuilder text = new StringBuilder(examples.get(random.nextInt(examples.size())));
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            String hard = HardTexts.any(random, 12);
            if (random.nextBoolean()) {
                text.insert(at, hard);
            } else {
                text.replace(at, Math.min(text.length(), at + random.nextInt(3)), hard);
            }
        }
        // What was cut in two is no text.
        return new String(text.toString().getBytes(UTF_8), UTF_8);
    }

    /** The different texts of all members of this name. */
    private static List<String> all(JsonNode root, String name) {
        return root.findValues(name).stream()
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .distinct()
                .toList();
    }
}
