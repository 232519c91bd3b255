package dev.latchkey.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Base64;

/** Whose tokens they are. */
final class Owner {
    private Owner() {}

    /**
     * The id of the user, where the access token has one: the same user may log in by the username or by the e-mail address, and another may be given
     * either of them later.
     */
    static String of(StoredTokens tokens) {
        String[] parts = tokens.accessToken().split("\\.", -1);
        if (parts.length == 3) {
            try {
                JsonNode subject = Json.read(Base64.getUrlDecoder().decode(parts[1]), JsonNode.class)
                        .path("sub");
                if (subject.isTextual()) {
                    return "id:" + subject.textValue();
                }
            } catch (IOException | IllegalArgumentException e) {
                // It is a token of another kind.
            }
        }
        return "name:" + tokens.username();
    }
}
