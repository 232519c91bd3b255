package dev.latchkey.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refreshing, listing and ending sessions. */
@ParameterizedClass
@EnumSource(Engine.class)
final class SessionsTest {
    private static final int TABS = 8;

    private final Api api;
    private final String name = Api.newName();

    SessionsTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
    }

    @BeforeEach
    void register() {
        api.register(name);
    }

    @Test
    void aRefreshTokenComesOnlyOnRequest() {
        JsonNode without = api.logIn(name, Api.PASSWORD).body().path("data");
        assertThat(without.fieldNames()).toIterable().containsExactlyInAnyOrder("access_token", "expires_in");

        String body = Api.object("username", name, "password", Api.PASSWORD)
                .put("refresh", true)
                .toString();
        JsonNode with = api.json("POST", "/api/token", body).body().path("data");
        assertThat(with.path("refresh_expires_in").intValue())
                .isEqualTo(Duration.ofDays(30).toSeconds());
        assertThat(with.path("refresh_token").textValue()).startsWith("lkr_").hasSize(116);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "'true'", "{}", "[true]"})
    void whetherToGiveARefreshTokenIsABoolean(String refresh) {
        String body = Api.object("username", name, "password", Api.PASSWORD).toString();
        Api.Answer answer = api.json(
                "POST",
                "/api/token",
                body.replace("}", ",'refresh':" + refresh + "}").replace('\'', '"'));

        assertThat(answer.outcome()).isEqualTo("400 MISSING_FIELDS");
        assertThat(answer.body().at("/errors/0/field").textValue()).isEqualTo("refresh");
    }

    @Test
    void aRefreshTokenGivesANewPairOfTheSameSession() {
        Api.Tokens first = api.logIn(name);
        Api.Answer answer = api.refresh(first.refresh());
        Api.Tokens second = Api.Tokens.of(answer);

        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(second.refresh()).isNotEqualTo(first.refresh());
        assertThat(second.access()).isNotEqualTo(first.access());
        assertThat(isGood(first.access())).isTrue();
        assertThat(isGood(second.access())).isTrue();
        assertThat(sessions(second.access())).hasSize(1);
        assertThat(Api.Tokens.of(api.refresh(second.refresh())).refresh()).isNotIn(first.refresh(), second.refresh());
    }

    /** A lost answer, or two tabs: all of them get the same, and go on from there. */
    @Test
    void manyAtOnceWithOneRefreshTokenAllGetTheSameNext() throws Exception {
        Api.Tokens tokens = api.logIn(name);
        ExecutorService tabs = Executors.newFixedThreadPool(TABS);
        CyclicBarrier start = new CyclicBarrier(TABS);
        List<Future<Api.Answer>> answers = new ArrayList<>();
        for (int i = 0; i < TABS; i++) {
            answers.add(tabs.submit(() -> {
                start.await();
                return api.refresh(tokens.refresh());
            }));
        }
        tabs.shutdown();

        Set<String> next = new HashSet<>();
        for (Future<Api.Answer> answer : answers) {
            assertThat(answer.get().outcome()).isEqualTo("200");
            next.add(Api.Tokens.of(answer.get()).refresh());
            assertThat(isGood(Api.Tokens.of(answer.get()).access())).isTrue();
        }
        assertThat(next).hasSize(1);
        assertThat(api.refresh(next.iterator().next()).outcome()).isEqualTo("200");
        assertThat(api.refresh(tokens.refresh()).outcome()).isEqualTo("200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lkr_", "x", "lkr_AAAA", "LKR_", " "})
    void whatIsNoRefreshTokenIsRefused(String text) {
        assertThat(api.refresh(text).outcome()).isEqualTo("401 INVALID_REFRESH_TOKEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'refresh_token':null}", "{'refresh_token':1}", "{'refresh_token':''}", "["})
    void aRequestWithoutARefreshTokenIsNotUnderstood(String body) {
        assertThat(api.json("POST", "/api/token/refresh", body.replace('\'', '"'))
                        .outcome())
                .isEqualTo("400 INVALID_REQUEST");
    }

    /** Promise 19: also the tokens of the session that were never sent before. */
    @Test
    void loggingOutEndsEveryTokenOfTheSessionAndNoOther() {
        Api.Tokens ended = api.logIn(name);
        Api.Tokens refreshed = Api.Tokens.of(api.refresh(ended.refresh()));
        Api.Tokens other = api.logIn(name);
        assertThat(isGood(ended.access())).isTrue();

        assertThat(api.as(ended.access(), "DELETE", "/api/token", null).outcome())
                .isEqualTo("200");

        assertThat(isGood(ended.access())).isFalse();
        assertThat(isGood(refreshed.access())).isFalse();
        assertThat(api.refresh(ended.refresh()).outcome()).isEqualTo("401 INVALID_REFRESH_TOKEN");
        assertThat(api.refresh(refreshed.refresh()).outcome()).isEqualTo("401 INVALID_REFRESH_TOKEN");
        assertThat(api.as(ended.access(), "DELETE", "/api/token", null).outcome())
                .isEqualTo("401 INVALID_TOKEN");
        assertThat(isGood(other.access())).isTrue();
        assertThat(api.refresh(other.refresh()).outcome()).isEqualTo("200");
    }

    @Test
    void anAccessTokenWithoutARefreshTokenCanBeLoggedOutToo() {
        String token = Api.Tokens.of(api.logIn(name, Api.PASSWORD)).access();

        assertThat(api.as(token, "DELETE", "/api/token", null).outcome()).isEqualTo("200");
        assertThat(isGood(token)).isFalse();
    }

    @Test
    void theListShowsWhereTheUserIsLoggedIn() {
        Instant begun = Instant.now().minusSeconds(1);
        String body = Api.object("username", name, "password", Api.PASSWORD)
                .put("refresh", true)
                .toString();
        api.send(
                "POST",
                "/api/token",
                body,
                "Content-Type",
                "application/json",
                "User-Agent",
                "caf\u00e9 " + "x".repeat(300));
        String current = Api.Tokens.of(api.logIn(name, Api.PASSWORD)).access();

        List<JsonNode> sessions = sessions(current);
        assertThat(sessions).hasSize(2);
        JsonNode mine = sessions.stream()
                .filter(session -> session.path("current").booleanValue())
                .findFirst()
                .orElseThrow();
        JsonNode other = sessions.stream()
                .filter(session -> !session.path("current").booleanValue())
                .findFirst()
                .orElseThrow();
        assertThat(mine.path("address").textValue()).isEqualTo("127.0.0.1");
        assertThat(mine.path("user_agent").textValue()).startsWith("Java-http-client/");
        assertThat(other.path("user_agent").textValue()).startsWith("caf").hasSize(256);
        Instant created = Instant.parse(mine.path("created_at").textValue());
        assertThat(created).isBetween(begun, Instant.now());
        assertThat(mine.path("expires_at").textValue())
                .isEqualTo(created.plus(Duration.ofHours(1)).toString());
        Instant otherCreated = Instant.parse(other.path("created_at").textValue());
        assertThat(other.path("expires_at").textValue())
                .isEqualTo(otherCreated.plus(Duration.ofDays(30)).toString());
    }

    @Test
    void oneSessionCanBeEndedFromAnother() {
        Api.Tokens lost = api.logIn(name);
        String lostId = sessions(lost.access()).get(0).path("session_id").textValue();
        Api.Tokens mine = api.logIn(name);

        assertThat(api.as(mine.access(), "DELETE", "/api/sessions/" + lostId, null)
                        .outcome())
                .isEqualTo("200");

        assertThat(isGood(lost.access())).isFalse();
        assertThat(api.refresh(lost.refresh()).outcome()).isEqualTo("401 INVALID_REFRESH_TOKEN");
        assertThat(sessions(mine.access())).hasSize(1);
        assertThat(api.as(mine.access(), "DELETE", "/api/sessions/" + lostId, null)
                        .outcome())
                .isEqualTo("404 NOT_FOUND");
    }

    @Test
    void endingAllEndsTheCurrentOneToo() {
        Api.Tokens one = api.logIn(name);
        Api.Tokens two = api.logIn(name);

        assertThat(api.as(one.access(), "DELETE", "/api/sessions", null).outcome())
                .isEqualTo("200");

        assertThat(List.of(isGood(one.access()), isGood(two.access()))).containsOnly(false);
        assertThat(api.refresh(two.refresh()).outcome()).isEqualTo("401 INVALID_REFRESH_TOKEN");
        assertThat(isGood(Api.Tokens.of(api.logIn(name, Api.PASSWORD)).access()))
                .isTrue();
    }

    /** Promise 22: another's session answers exactly as an absent one. */
    @Test
    void nobodySeesOrEndsAnothersSessions() {
        String victim = Api.Tokens.of(api.logIn(name, Api.PASSWORD)).access();
        String victimsId = sessions(victim).get(0).path("session_id").textValue();
        String attacker = api.newToken();

        assertThat(sessions(attacker)).hasSize(1);
        Api.Answer anothers = api.as(attacker, "DELETE", "/api/sessions/" + victimsId, null);
        Api.Answer absent = api.as(attacker, "DELETE", "/api/sessions/none", null);
        assertThat(anothers.outcome()).isEqualTo(absent.outcome()).isEqualTo("404 NOT_FOUND");
        assertThat(api.as(attacker, "DELETE", "/api/sessions", null).outcome()).isEqualTo("200");
        assertThat(isGood(victim)).isTrue();
    }

    private boolean isGood(String token) {
        return switch (api.read(token, "absent").outcome()) {
            case "404 KEY_NOT_FOUND" -> true;
            case "401 INVALID_TOKEN" -> false;
            default -> throw new AssertionError("neither good nor refused");
        };
    }

    private List<JsonNode> sessions(String token) {
        JsonNode list = api.as(token, "GET", "/api/sessions", null).body().at("/data/sessions");
        return StreamSupport.stream(list.spliterator(), false).toList();
    }
}
