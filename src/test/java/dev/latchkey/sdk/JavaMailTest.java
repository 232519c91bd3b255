package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.PendingLogIn;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.RequestedVerification;
import dev.latchkey.sdk.StubServer.Answer;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the user does with a code or a link from a mail, as the clients for other languages have it as well. */
final class JavaMailTest {
    private static final String EMAIL = "alice@example.com";
    private static final Answer DONE = Answer.success(StubServer.SUCCESS);
    private static final Answer NO_LONGER_GOOD = Answer.error(400, "INVALID_CODE", "Wrong.");
    private static final Answer DEVICE = device("device");

    private final StubServer stub = new StubServer();
    private final Latchkey latchkey = new Latchkey(stub.url());

    @AfterEach
    void close() {
        stub.close();
    }

    @Test
    void aLostPasswordIsResetByALinkOrACode() {
        stub.answer(Answer.tokens("access", "refresh"), DONE, DONE, DONE, NO_LONGER_GOOD);
        latchkey.logIn("alice", "lost");

        latchkey.passwordReset().request(EMAIL);
        latchkey.passwordReset().confirmToken("token", "new");
        latchkey.passwordReset().confirmCode(EMAIL, "7kmp3wxr", "new");
        assertThatExceptionOfType(LatchkeyException.class)
                .isThrownBy(() -> latchkey.passwordReset().confirmToken("old", "new"))
                .returns(ErrorCode.INVALID_CODE, LatchkeyException::getCode);

        assertThat(sent().subList(1, 4))
                .containsExactly(
                        "POST /api/password-reset null {\"email\":\"alice@example.com\"}",
                        "POST /api/password-reset/confirm null {\"token\":\"token\",\"new_password\":\"new\"}",
                        "POST /api/password-reset/confirm null"
                                + " {\"email\":\"alice@example.com\",\"code\":\"7kmp3wxr\",\"new_password\":\"new\"}");
        assertThat(latchkey.username()).contains("alice");
    }

    @Test
    void whoAsksForAProofOfTheAddressIsLoggedInAndWhoHasItNeedNotBe() {
        stub.answer(
                DONE,
                Answer.tokens("access", "refresh"),
                Answer.success(
                        "{\"status\":\"success\",\"message\":\"Done.\",\"data\":{\"email\":\"a@b.c\",\"sent\":true}}"),
                DONE);

        latchkey.email().confirmToken("token");
        latchkey.logIn("alice", "secret");
        assertThat(latchkey.email().requestVerification())
                .isEqualTo(new RequestedVerification().email("a@b.c").sent(true));
        latchkey.email().confirmCode("a@b.c", "7KMP-3WXR");

        assertThat(sent())
                .contains(
                        "POST /api/email/verification/confirm null {\"token\":\"token\"}",
                        "POST /api/email/verification Bearer access ",
                        "POST /api/email/verification/confirm null {\"email\":\"a@b.c\",\"code\":\"7KMP-3WXR\"}");
    }

    @Test
    void aCodeLogsInTheDeviceThatHasAskedForIt() {
        stub.answer(DEVICE, NO_LONGER_GOOD, Answer.tokens("access", "refresh"), DONE);
        List<String> told = new ArrayList<>();
        latchkey.onChange(username -> told.add(username.orElse("nobody")));

        assertThatIllegalStateException().isThrownBy(() -> latchkey.emailLogIn().confirmCode("A"));
        assertThat(latchkey.emailLogIn().request(EMAIL)).isEqualTo(new PendingLogIn(EMAIL, "device", 900));
        assertThatExceptionOfType(LatchkeyException.class)
                .isThrownBy(() -> latchkey.emailLogIn().confirmCode("WRONG"));
        assertThat(latchkey.isLoggedIn()).isFalse();
        latchkey.emailLogIn().confirmCode("7kmp-3wxr");
        latchkey.data().deleteEntry("key");

        assertThat(latchkey.username()).contains(EMAIL);
        assertThat(told).containsExactly(EMAIL);
        assertThat(sent().subList(2, 4))
                .containsExactly(
                        "POST /api/token/email/confirm null"
                                + " {\"device_token\":\"device\",\"code\":\"7kmp-3wxr\",\"refresh\":true}",
                        "DELETE /api/data/key Bearer access ");
        assertThatIllegalStateException().isThrownBy(() -> latchkey.emailLogIn().confirmToken("7kmp-3wxr"));
    }

    @Test
    void aProgramThatWasStartedAnewGoesOnWithWhatItHasKept() {
        stub.answer(DEVICE, Answer.tokens("access", "refresh"));
        PendingLogIn pending = new Latchkey(stub.url()).emailLogIn().request(EMAIL);

        latchkey.emailLogIn().confirmToken("token", pending);

        assertThat(latchkey.username()).contains(EMAIL);
        assertThat(sent().get(1)).endsWith("{\"device_token\":\"device\",\"token\":\"token\",\"refresh\":true}");
        assertThat(pending.toString()).doesNotContain("device");
    }

    @Test
    void aLogInThatWasGivenLeavesTheOneThatTheClientKeeps() {
        stub.answer(
                device("first"),
                device("second"),
                Answer.tokens("access", "refresh"),
                Answer.tokens("access", "refresh"));
        PendingLogIn first = latchkey.emailLogIn().request(EMAIL);
        latchkey.emailLogIn().request(EMAIL);

        latchkey.emailLogIn().confirmCode("A", first);
        latchkey.emailLogIn().confirmCode("B");

        assertThat(sent().subList(2, 4))
                .containsExactly(
                        "POST /api/token/email/confirm null"
                                + " {\"device_token\":\"first\",\"code\":\"A\",\"refresh\":true}",
                        "POST /api/token/email/confirm null"
                                + " {\"device_token\":\"second\",\"code\":\"B\",\"refresh\":true}");
        assertThatIllegalStateException().isThrownBy(() -> latchkey.emailLogIn().confirmCode("B"));
    }

    @Test
    void aLogInThatIsAskedForWhileAnotherIsConfirmedIsKept() {
        AtomicInteger devices = new AtomicInteger();
        stub.answer(request -> {
            if (request.path().equals("/api/token/email")) {
                return device("device" + devices.incrementAndGet());
            }
            if (request.body().contains("device1")) {
                latchkey.emailLogIn().request(EMAIL);
            }
            return Answer.tokens("access", "refresh");
        });
        latchkey.emailLogIn().request(EMAIL);

        latchkey.emailLogIn().confirmCode("A");
        latchkey.emailLogIn().confirmCode("B");

        assertThat(sent()).last().asString().contains("\"device_token\":\"device2\",\"code\":\"B\"");
        assertThatIllegalStateException().isThrownBy(() -> latchkey.emailLogIn().confirmCode("B"));
    }

    @Test
    void aServerThatSendsNoMailSaysThatThereIsNothing() {
        Latchkey real = new Latchkey(
                "http://127.0.0.1:" + ServerExtension.shared(Engine.SQLITE).port());

        assertThatExceptionOfType(LatchkeyException.class)
                .isThrownBy(() -> real.passwordReset().request(EMAIL))
                .returns(ErrorCode.NOT_FOUND, LatchkeyException::getCode);
    }

    private static Answer device(String token) {
        return Answer.success("""
                {"status":"success","message":"Done.","data":{"device_token":"%s","expires_in":900}}
                """.formatted(token));
    }

    /** Method, path, token and body of each request. */
    private List<String> sent() {
        return stub.requests().stream()
                .map(request -> request + " " + request.token() + " " + request.body())
                .toList();
    }
}
