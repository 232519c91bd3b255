package dev.latchkey.cli;

import dev.latchkey.cli.Finding.Weight;
import dev.latchkey.server.tls.ServerCertificate;
import dev.latchkey.server.tls.TlsException;
import dev.latchkey.server.tls.TlsSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whether the port can speak TLS with the certificate and the key that are configured. */
final class CertificateTrial {
    private static final String CERTIFICATE = "tls.certificate";
    private static final String KEY = "tls.key";

    private CertificateTrial() {}

    /** What is wrong, doubtful or worth a notice; empty without TLS. With {@code describing}, a notice of what the certificate is for. */
    static List<Finding> findings(TlsSettings settings, SettingSources sources, boolean describing) {
        List<Finding> findings = new ArrayList<>();
        if (!settings.isOn()) {
            return findings;
        }
        try {
            ServerCertificate certificate = ServerCertificate.read(settings);
            certificate
                    .objection(Instant.now())
                    .ifPresent(objection -> findings.add(sources.finding(Weight.DOUBTFUL, CERTIFICATE, objection)));
            if (certificate.names().isEmpty()) {
                findings.add(
                        sources.finding(
                                Weight.DOUBTFUL,
                                CERTIFICATE,
                                "is for no host name and no address, so that clients refuse it: get one with a subjectAltName"));
            }
            if (describing) {
                findings.add(sources.finding(Weight.NOTICE, CERTIFICATE, "is for " + certificate));
            }
        } catch (TlsException e) {
            findings.add(sources.finding(Weight.WRONG, e.setting(), e.text()));
        }
        if (PublicFile.is(Path.of(settings.key()))) {
            findings.add(sources.finding(
                    Weight.NOTICE,
                    KEY,
                    "is a file that every user of this machine can read, " + settings.key()
                            + ": chmod 600 prevents it"));
        }
        return findings;
    }
}
