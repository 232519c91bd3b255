package dev.latchkey.server.auth;

import com.nimbusds.jose.jwk.ECKey;
import java.util.Optional;

/** The key pairs that access tokens are signed with (ES256, RFC 7518 section 3.4). */
public interface SigningKeys {

    /** The pair that signs now. */
    ECKey current();

    /** The pair with this {@code kid}, as long as tokens signed with it may be valid. */
    Optional<ECKey> find(String kid);
}
