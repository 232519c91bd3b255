package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.cli.Finding.Weight;
import dev.latchkey.server.database.StoreTrial;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.jetty.HttpsConnectorFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What can only be known by trying it: ports, folders, the database, the certificate, the mail server. */
final class Trials {
    private static final Duration MAX_WAIT = Duration.ofSeconds(3);

    private Trials() {}

    /** Tries only settings that are good as far as is known. */
    static List<Finding> of(Examined<LatchkeyConfiguration> examined, SettingSources sources) throws IOException {
        ServerFactory server = examined.configuration().getServerFactory();
        List<Finding> findings =
                new ArrayList<>(Ports.findings(server, sources, examined::isGood, () -> isRunning(server)));
        if (examined.isGood("database")) {
            for (StoreTrial.Failure failure :
                    StoreTrial.run(examined.configuration().database())) {
                findings.add(sources.finding(Weight.WRONG, failure.setting(), failure.text()));
            }
        }
        if (examined.isGood("tls")) {
            findings.addAll(CertificateTrial.findings(examined.configuration().tls(), sources, true));
        }
        if (examined.isGood("mail")) {
            findings.addAll(MailTrials.findings(examined.configuration().mail(), sources, true));
            if (examined.isGood("tokens.issuer")) {
                findings.addAll(MailTrials.linkFindings(
                        examined.configuration().mail(),
                        examined.configuration().tokens().issuer(),
                        sources));
            }
        }
        return findings;
    }

    /** Whether a Latchkey answers on one of the ports. */
    private static boolean isRunning(ServerFactory server) {
        return server instanceof DefaultServerFactory factory
                && factory.getApplicationConnectors().stream()
                        .filter(HttpConnectorFactory.class::isInstance)
                        .filter(connector -> !(connector instanceof HttpsConnectorFactory))
                        .map(HttpConnectorFactory.class::cast)
                        .anyMatch(Trials::isRunning);
    }

    private static boolean isRunning(HttpConnectorFactory connector) {
        HttpClient client = HttpClient.newBuilder().connectTimeout(MAX_WAIT).build();
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(address(connector)).timeout(MAX_WAIT).build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? response.body().startsWith("{\"keys\":") : isToldToUseTls(response);
        } catch (IOException | IllegalArgumentException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Which is enough to know a Latchkey, whatever its certificate. */
    private static boolean isToldToUseTls(HttpResponse<String> response) {
        return response.statusCode() == 400
                && response.headers().firstValue("X-Request-Id").isPresent()
                && response.body().contains("\"INVALID_REQUEST\"");
    }

    private static URI address(HttpConnectorFactory connector) {
        String host = connector.getBindHost();
        boolean isEverywhere = host == null || host.equals("0.0.0.0") || host.equals("::");
        String name = isEverywhere ? "127.0.0.1" : host;
        return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + connector.getPort()
                + "/.well-known/jwks.json");
    }
}
