package dev.latchkey.things;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.cli.OperatorBundle;
import dev.latchkey.server.contract.ContractBundle;
import dev.latchkey.server.http.HttpServer;
import dev.latchkey.server.http.ServerParts;
import dev.latchkey.server.maintenance.Maintenance;
import dev.latchkey.server.metrics.Metrics;
import dev.latchkey.things.model.BatchBody;
import dev.latchkey.things.model.ThingBody;
import io.dropwizard.core.Application;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a contract may come to have of parameters and bodies, what is wrong with it is said with its exact place and code. */
final class AnyContractTest {
    private static final DropwizardTestSupport<LatchkeyConfiguration> SERVER = new DropwizardTestSupport<>(
            Things.class,
            "config.yml",
            ConfigOverride.config("server.applicationConnectors[0].port", "0"),
            ConfigOverride.config("server.adminConnectors[0].port", "0"));

    /** Latchkey's server with another contract. */
    public static final class Things extends Application<LatchkeyConfiguration> {
        private final ContractBundle contract = new ContractBundle();

        @Override
        public void initialize(Bootstrap<LatchkeyConfiguration> bootstrap) {
            bootstrap.addBundle(new OperatorBundle());
            bootstrap.addBundle(contract);
        }

        @Override
        public void run(LatchkeyConfiguration configuration, Environment environment) {
            ServerParts parts = new ServerParts(environment, contract, new Maintenance(), new Metrics());
            parts.resource(new ThingsResource());
            HttpServer.prepare(
                    (DefaultServerFactory) configuration.getServerFactory(),
                    configuration.http(),
                    configuration.cors(),
                    environment,
                    parts,
                    authorization -> true);
        }
    }

    /** Answers with what it was given. */
    public static final class ThingsResource implements ThingsApi {
        @Override
        public Response listThings(
                Integer number, Integer limit, String prefix, Long after, String ifMatch, Integer depth) {
            return Response.ok(new ThingBody()
                            .value(number + " " + limit + " " + prefix + " " + after + " " + ifMatch + " " + depth))
                    .build();
        }

        @Override
        public Response runBatch(BatchBody batch) {
            return Response.ok(new ThingBody().value("" + batch.getOperations().size()))
                    .build();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        SERVER.before();
    }

    @AfterAll
    static void stop() {
        SERVER.after();
    }

    private static JsonNode answer(HttpRequest.Builder request, String path) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        request.uri(URI.create("http://127.0.0.1:" + SERVER.getLocalPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        JsonNode body = new ObjectMapper().readTree(answer.body());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(body.has("code") ? 400 : 200);
        return body;
    }

    private static String problem(JsonNode answer) {
        StringBuilder problem = new StringBuilder(answer.path("code").asText());
        answer.path("errors")
                .forEach(error -> problem.append(' ').append(error.path("field").asText()));
        return problem.toString();
    }

    @Test
    void takesWhatIsRight() throws Exception {
        JsonNode answer = answer(
                HttpRequest.newBuilder().header("If-Match", "\"1\"").header("X-Depth", "3"),
                "/things/7?limit=5&prefix=abc&after=9000000000&unknown=1&unknown=2");
        assertThat(answer.path("value").asText()).isEqualTo("7 5 abc 9000000000 \"1\" 3");
        assertThat(answer(HttpRequest.newBuilder(), "/things/1?prefix=a")
                        .path("value")
                        .asText())
                .isEqualTo("1 null a null null null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/things/1?limit=0                | INVALID_REQUEST limit",
                "/things/1?limit=101              | INVALID_REQUEST limit",
                "/things/1?limit=abc              | INVALID_REQUEST limit",
                "/things/1?limit=1.5              | INVALID_REQUEST limit",
                "/things/1?limit=1e1              | INVALID_REQUEST limit",
                "/things/1?limit=%201             | INVALID_REQUEST limit",
                "/things/1?limit=99999999999      | INVALID_REQUEST limit",
                "/things/1?limit=                 | INVALID_REQUEST limit",
                "/things/1?limit                  | INVALID_REQUEST limit",
                "/things/1?limit=1&limit=1        | INVALID_REQUEST limit",
                "/things/1?limit=1&limit=2        | INVALID_REQUEST limit",
                "/things/1?prefix=                | INVALID_KEY prefix",
                "/things/1?prefix=abcd            | INVALID_KEY prefix",
                "/things/1?prefix=a&prefix=a      | INVALID_KEY prefix",
                "/things/1?after=x                | INVALID_VALUE after",
                "/things/1?after=9223372036854775808 | INVALID_VALUE after",
                "/things/1?after=                 | INVALID_VALUE after",
                "/things/0                        | INVALID_REQUEST number",
                "/things/10                       | INVALID_REQUEST number",
                "/things/abc                      | INVALID_REQUEST number",
                "/things/1.0                      | INVALID_REQUEST number",
                "/things/0?limit=0&prefix=        | INVALID_REQUEST limit number prefix"
            })
    void namesTheParameter(String path, String problem) throws Exception {
        assertThat(problem(answer(HttpRequest.newBuilder(), path))).isEqualTo(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Match | 123456 | INVALID_REQUEST If-Match",
                "X-Depth  | 4      | INVALID_VALUE X-Depth",
                "X-Depth  | x      | INVALID_VALUE X-Depth",
                "X-Depth  | ''     | INVALID_VALUE X-Depth",
                "X-Depth  | 1.5    | INVALID_VALUE X-Depth"
            })
    void namesTheHeader(String name, String value, String problem) throws Exception {
        assertThat(problem(answer(HttpRequest.newBuilder().header(name, value), "/things/1")))
                .isEqualTo(problem);
    }

    @Test
    void namesAHeaderThatIsThereTwice() throws Exception {
        HttpRequest.Builder twice =
                HttpRequest.newBuilder().header("X-Depth", "1").header("X-Depth", "1");
        assertThat(problem(answer(twice, "/things/1"))).isEqualTo("INVALID_VALUE X-Depth");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{}                                                        | INVALID_REQUEST operations",
                "{'operations':null}                                       | INVALID_REQUEST operations",
                "{'operations':1}                                          | INVALID_REQUEST operations",
                "{'operations':{}}                                         | INVALID_REQUEST operations",
                "{'operations':[{},{},{},{},{}]}                           | INVALID_REQUEST operations operations[0].kind operations[1].kind operations[2].kind operations[3].kind operations[4].kind",
                "{'operations':[null]}                                     | INVALID_REQUEST operations[0]",
                "{'operations':[{'kind':'a'},null,{'kind':''},null]}       | INVALID_REQUEST operations[1] operations[2].kind operations[3]",
                "{'operations':[{'kind':'a','thing':{'value':'','tags':[null]}}]} | INVALID_KEY operations[0].thing.tags[0]",
                "{'operations':[{'kind':'a','thing':{'value':'','tags':['a','b','c']}}]} | INVALID_REQUEST operations[0].thing.tags",
                "{'operations':[{'kind':'a','thing':{'value':'','parts':[null,{'value':'long'}]}}]} | INVALID_REQUEST operations[0].thing.parts[0] operations[0].thing.parts[1].value",
                "{'operations':[1,null]}                                   | INVALID_REQUEST operations[0] operations[1]",
                "{'operations':[1]}                                        | INVALID_REQUEST operations[0]",
                "{'operations':['x']}                                      | INVALID_REQUEST operations[0]",
                "{'operations':[{'kind':'a'},{'kind':1}]}                  | INVALID_REQUEST operations[1].kind",
                "{'operations':[{'kind':'a'},{'kind':''}]}                 | INVALID_REQUEST operations[1].kind",
                "{'operations':[{'kind':'a','thing':{}}]}                  | INVALID_VALUE operations[0].thing.value",
                "{'operations':[{'kind':'a','thing':{'value':'long'}}]}    | INVALID_VALUE operations[0].thing.value",
                "{'operations':[{'kind':'a','thing':{'value':1}}]}         | INVALID_VALUE operations[0].thing.value",
                "{'operations':[{'kind':'a','thing':{'value':'','age':0}}]} | INVALID_AGE operations[0].thing.age",
                "{'operations':[{'kind':'a','thing':{'value':'','age':'1'}}]} | INVALID_AGE operations[0].thing.age",
                "{'operations':[{'kind':'a','thing':{'value':'','tags':['a','abc']}}]} | INVALID_KEY operations[0].thing.tags[1]",
                "{'operations':[{'kind':'a','thing':{'value':'','tags':['a',1]}}]} | INVALID_KEY operations[0].thing.tags[1]",
                "{'operations':[{'kind':'a','thing':{'value':'','parts':[{'value':''},{'value':'long'}]}}]} | INVALID_VALUE operations[0].thing.parts[1].value",
                "{'operations':[{'kind':'a','thing':{'value':'','parts':[{'value':'','age':true},{'value':'long'}]}}]} | INVALID_AGE operations[0].thing.parts[0].age operations[0].thing.parts[1].value",
                "{'operations':[{'kind':'toolong'},{'kind':'a','thing':{'value':null}},{'kind':[]}]} | INVALID_REQUEST operations[0].kind operations[1].thing.value operations[2].kind"
            })
    void namesThePlaceInTheBody(String body, String problem) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        assertThat(problem(answer(request, "/batch"))).isEqualTo(problem);
    }
}
