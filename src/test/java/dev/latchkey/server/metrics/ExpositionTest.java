package dev.latchkey.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /metrics} of the admin port is in the format that the client asks for. */
final class ExpositionTest {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain";
    private static final String OPEN_METRICS = "application/openmetrics-text";

    /** The header, and the media type of the answer. */
    @ParameterizedTest
    @CsvSource(delimiter = '>', textBlock = """
                    text/plain;version=0.0.4 > text/plain
                    text/plain > text/plain
                    application/openmetrics-text;version=1.0.0 > application/openmetrics-text
                    application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1 > application/openmetrics-text
                    application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.2,*/*;q=0.1 > application/openmetrics-text
                    application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1 > application/vnd.google.protobuf
                    */* > application/json
                    application/* > application/json
                    application/json > application/json
                    application/json, text/plain, */* > application/json
                    text/plain;q=0.5, application/json > application/json
                    text/plain;q=0, */* > application/json
                    text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8 > application/json
                    text/html > application/json
                    nonsense > application/json
                    """)
    void isWhatTheClientAsksFor(String accept, String type) throws Exception {
        HttpResponse<String> answer = get("GET", "Accept", accept);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(type(answer)).isEqualTo(type);
        assertThat(answer.headers().firstValue("Vary")).hasValue("Accept");
    }

    @Test
    void isJsonForClientsThatDoNotSay() throws Exception {
        HttpResponse<String> answer = get("GET");

        assertThat(type(answer)).isEqualTo(JSON);
        assertThat(answer.body()).contains("\"gauges\"").doesNotContain("# HELP");
    }

    @Test
    void endsAsOpenMetricsHasTo() throws Exception {
        HttpResponse<String> answer = get("GET", "Accept", OPEN_METRICS);

        assertThat(answer.body()).contains("# TYPE latchkey_build info\n").endsWith("# EOF\n");
    }

    @Test
    void isTheTextThatPrometheusReads() throws Exception {
        HttpResponse<String> answer = get("GET", "Accept", TEXT);

        assertThat(answer.body())
                .contains("# TYPE latchkey_build_info gauge\n", "# TYPE process_start_time_seconds gauge\n");
    }

    @Test
    void hasNoBodyForHead() throws Exception {
        HttpResponse<String> answer = get("HEAD", "Accept", TEXT);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    private static String type(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Type").orElseThrow().split(";")[0];
    }

    private static HttpResponse<String> get(String method, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        ServerExtension.shared(Engine.SQLITE).admin().resolve("/metrics"))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
