package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Promise 13: log-ins that could only be refused are, before anything is done for them. */
final class AdmissionFilterIT {
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(Engine.SQLITE, "limits.logInFailuresPerAddress", "3/1h");

    private final Api api = SERVER.api();

    @Test
    void whatIsTurnedAwayIsAnsweredInTheWordsOfTheContractAndTheConnectionGoesOn() throws IOException {
        String name = Api.newName();
        api.register(name);
        IntStream.range(0, 3).forEach(i -> api.logIn(name, "a wrong password"));

        Api.Answer answer = api.logIn(name, Api.PASSWORD);
        assertThat(answer.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1_100, 1_200);
        assertThat(answer.header("RateLimit")).startsWith("\"login-address\";r=0;t=");
        assertThat(answer.header("Connection")).isNull();
        assertThat(api.json("POST", "/api/token", "not even JSON").outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(api.send("GET", "/api/token", null).outcome()).isEqualTo("405 METHOD_NOT_ALLOWED");
        assertThat(api.send("DELETE", "/api/token", null).outcome()).isEqualTo("401 INVALID_TOKEN");

        Exchange withoutItsBody = RawConnection.exchange(
                SERVER, "POST", "/api/token", "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
        assertThat(withoutItsBody.status()).isEqualTo(429);
        assertThat(withoutItsBody.header("Connection")).contains("close");
    }
}
