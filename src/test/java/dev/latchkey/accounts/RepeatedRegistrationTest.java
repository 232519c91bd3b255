package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.Together;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Registrations with an {@code Idempotency-Key}. */
@ParameterizedClass
@EnumSource(Engine.class)
final class RepeatedRegistrationTest {
    private final ServerExtension server;
    private final Api api;
    private final String key = Api.newName();
    private final ObjectNode registration = Api.registration(Api.newName());

    RepeatedRegistrationTest(Engine engine) {
        server = ServerExtension.shared(engine);
        api = server.api();
    }

    @Test
    void getTheAccountThatTheFirstOneMade() {
        Api.Answer first = register(registration, key);
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isNull();

        Api.Answer again = register(registration, '"' + key + '"');

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.body()).isEqualTo(first.body());
    }

    @Test
    void areOthersWithAnotherKeyOrBody() {
        register(registration, key);
        assertThat(register(registration, Api.newName()).outcome()).isEqualTo("409 USERNAME_EXISTS");
        for (String member : List.of("email", "full_name", "gender", "password")) {
            ObjectNode other = registration.deepCopy().put(member, Api.newName() + "@example.com");
            assertThat(register(other, key).outcome()).as(member).isEqualTo("409 USERNAME_EXISTS");
        }
        assertThat(register(registration.deepCopy().put("age", 31), key).outcome())
                .isEqualTo("409 USERNAME_EXISTS");
        assertThat(register(Api.registration(Api.newName()), key).outcome()).isEqualTo("201");
    }

    @Test
    void makeOneAccountIfTheyComeAtOnce() throws Exception {
        List<Api.Answer> answers = Together.run(Collections.nCopies(4, () -> register(registration, key)));
        assertThat(answers).extracting(Api.Answer::outcome).containsOnly("201");
        assertThat(answers)
                .extracting(answer -> answer.body().at("/data/user_id").textValue())
                .containsOnly(answers.get(0).body().at("/data/user_id").textValue());
        assertThat(answers)
                .filteredOn(answer -> answer.header("Idempotency-Replayed") == null)
                .hasSize(1);
    }

    @Test
    void makeAnotherAccountOnceTheFirstIsGone() throws Exception {
        String first = register(registration, key).body().at("/data/user_id").textValue();
        execute("DELETE FROM users WHERE id = '" + first + "'");
        Api.Answer again = register(registration, key);
        assertThat(again.outcome()).isEqualTo("201");
        assertThat(again.body().at("/data/user_id").textValue()).isNotEqualTo(first);
    }

    @Test
    void areForgottenAfterADay() throws Exception {
        String first = register(registration, key).body().at("/data/user_id").textValue();
        execute("UPDATE registrations SET created_at = created_at - 86400001 WHERE user_id = '" + first + "'");
        assertThat(register(registration, key).outcome()).isEqualTo("409 USERNAME_EXISTS");
    }

    private Api.Answer register(ObjectNode body, String idempotencyKey) {
        return api.send(
                "POST",
                "/api/register",
                body.toString(),
                "Content-Type",
                "application/json",
                "Idempotency-Key",
                idempotencyKey);
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = Engine.connect(server.database());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
