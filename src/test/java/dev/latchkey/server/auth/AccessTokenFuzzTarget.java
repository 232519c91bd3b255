package dev.latchkey.server.auth;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a fuzzer may try with access tokens. Its input is a letter and a text of Latin-1 in lines:
 *
 * <ul>
 *   <li>{@code T}: a token as somebody sends it, where {@code $0}, {@code $1} and {@code $2} stand for the parts of a good one;
 *   <li>{@code P}: header, claims and signature as they are before base64url;
 *   <li>{@code S}: header and claims, signed with our key.
 * </ul>
 */
public final class AccessTokenFuzzTarget {
    private static final Forge FORGE = new Forge();
    private static final ClaimsRules RULES = new ClaimsRules(FORGE.keyPair.getPublic(), Forge.START);
    private static final String GOOD = FORGE.tokens.issue(Forge.CALLER);
    private static final String[] PARTS = GOOD.split("\\.");

    private AccessTokenFuzzTarget() {}

    /** Fails if the server takes what it should not, or throws. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = new byte[input.length - 1];
        System.arraycopy(input, 1, rest, 0, rest.length);
        switch (input[0]) {
            case 'T' -> asItIs(new String(rest, StandardCharsets.UTF_8));
            case 'P' -> inParts(lines(rest, 3));
            case 'S' -> signed(lines(rest, 2));
            default -> asItIs(new String(input, StandardCharsets.ISO_8859_1));
        }
    }

    private static void asItIs(String template) {
        String token = template.replace("$0", PARTS[0]).replace("$1", PARTS[1]).replace("$2", PARTS[2]);
        if (!token.equals(GOOD)) {
            refuse(token);
        }
    }

    private static void inParts(String[] parts) {
        refuse(Forge.encode(bytes(parts[0])) + "." + Forge.encode(bytes(parts[1])) + "."
                + Forge.encode(bytes(parts[2])));
    }

    private static void signed(String[] parts) {
        String content = Forge.encode(bytes(parts[0])) + "." + Forge.encode(bytes(parts[1]));
        String token = content + "."
                + Forge.encode(Forge.signature(content, "SHA256withECDSAinP1363Format", FORGE.keyPair.getPrivate()));
        FORGE.tokens.verify(token).ifPresent(caller -> RULES.check(token, caller));
    }

    private static void refuse(String token) {
        Optional<Caller> caller = FORGE.tokens.verify(token);
        if (caller.isPresent()) {
            throw new AssertionError("Taken, and not one of ours: " + token);
        }
    }

    /** The last one goes to the end; those that are not there are empty. */
    private static String[] lines(byte[] bytes, int count) {
        String[] given = new String(bytes, StandardCharsets.ISO_8859_1).split("\n", count);
        String[] lines = new String[count];
        for (int i = 0; i < count; i++) {
            lines[i] = i < given.length ? given[i] : "";
        }
        return lines;
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
