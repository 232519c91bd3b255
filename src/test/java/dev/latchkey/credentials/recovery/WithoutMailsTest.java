package dev.latchkey.credentials.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A server as it is by itself. */
@ParameterizedClass
@EnumSource(Engine.class)
final class WithoutMailsTest {
    private final Api api;
    private final Recovering user;
    private final String name = Api.newName();
    private final String token;

    WithoutMailsTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
        user = new Recovering(api);
        api.register(name);
        token = user.accessToken(name);
    }

    @Test
    void hasNothingOfThem() {
        for (String path : List.of(
                "/api/email/verification",
                "/api/email/verification/confirm",
                "/api/password-reset",
                "/api/password-reset/confirm",
                "/api/token/email",
                "/api/token/email/confirm")) {
            assertThat(api.as(token, "POST", path, "{}").outcome()).as(path).isEqualTo("404 NOT_FOUND");
        }
        assertThat(api.logIn(name + "@example.com", Api.PASSWORD).outcome()).isEqualTo("401 INVALID_CREDENTIALS");
    }

    @Test
    void takesAnotherAddressAtOnceAndUnproven() {
        JsonNode after =
                user.changeEmail(token, "next." + name + "@example.com").body().path("data");

        assertThat(after.path("email").textValue()).isEqualTo("next." + name + "@example.com");
        assertThat(after.path("email_verified").booleanValue()).isFalse();
        assertThat(after.has("pending_email")).isFalse();
        assertThat(user.account(token)).isEqualTo(after);
    }

    @Test
    void logsInByMailOnlyWhereThatIsAllowed() throws Exception {
        ServerExtension mailing = new ServerExtension(Engine.SQLITE, "mail.mode", "log");
        mailing.beforeAll(null);
        try {
            assertThat(new Recovering(mailing.api())
                            .requestLogIn(name + "@example.com")
                            .outcome())
                    .isEqualTo("404 NOT_FOUND");
        } finally {
            mailing.stop();
        }
    }
}
