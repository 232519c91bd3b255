package dev.latchkey.server.tls;

import java.time.Clock;
import java.util.Optional;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the files again and again, and serves what is in them: a renewed certificate needs no restart. New connections get the new
 * certificate, and those that are open stay.
 *
 * <p>It reads the files, which is cheap, instead of asking when they changed: so it does not matter how they are replaced, by writing
 * into them, by renaming, or by changing a symbolic link to them or to a folder above. What is new has to be the same twice, so that half
 * a file is no certificate, and has to be usable. Otherwise the old certificate stays; while one file is new and the other one is not yet,
 * that is as it should be, and only after a few looks is it reported.
 */
final class CertificateReload {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateReload.class);
    private static final int LOOKS_BEFORE_REPORT = 5;

    private final TlsSettings settings;
    private final SslContextFactory.Server factory;
    private final Clock clock;
    private PemFiles served;
    private PemFiles seen;
    private volatile ServerCertificate current;
    private int failedLooks;
    private String reported = "";
    private volatile boolean isFailing;

    /**
     * Gives {@code factory}, which has not started, the certificate that is there now.
     *
     * @throws TlsException if there is none that can be used
     */
    CertificateReload(TlsSettings settings, SslContextFactory.Server factory, Clock clock) {
        this.settings = settings;
        this.factory = factory;
        this.clock = clock;
        served = PemFiles.read(settings);
        current = ServerCertificate.of(served);
        factory.setSslContext(current.context());
    }

    ServerCertificate current() {
        return current;
    }

    /** Whether the certificate is good now, and what is in the files is what is served. */
    boolean isWell() {
        return !isFailing && current.objection(clock.instant()).isEmpty();
    }

    /** Why what is in the files is not served, as it was reported; empty if it is. */
    String complaint() {
        return reported;
    }

    /** Looks once. Not for several threads at once. */
    void look() {
        try {
            PemFiles files = PemFiles.read(settings);
            boolean isSettled = files.equals(seen);
            seen = files;
            if (files.equals(served)) {
                succeeded();
            } else if (isSettled) {
                serve(files);
            }
        } catch (TlsException e) {
            failed(e.getMessage());
        }
    }

    private void serve(PemFiles files) {
        ServerCertificate certificate = ServerCertificate.of(files);
        Optional<String> objection = certificate.objection(clock.instant());
        if (objection.isPresent()) {
            failed(TlsException.CERTIFICATE + " " + objection.get());
            return;
        }
        try {
            var context = certificate.context();
            factory.reload(reloaded -> reloaded.setSslContext(context));
        } catch (Exception e) {
            throw new TlsException(TlsException.CERTIFICATE, "cannot be served: " + e.getMessage(), e);
        }
        served = files;
        current = certificate;
        succeeded();
        LOG.info("New connections get the new certificate: {}", certificate);
    }

    private void succeeded() {
        failedLooks = 0;
        reported = "";
        isFailing = false;
    }

    private void failed(String why) {
        failedLooks++;
        if (failedLooks >= LOOKS_BEFORE_REPORT && !why.equals(reported)) {
            reported = why;
            isFailing = true;
            LOG.error("The new certificate cannot be used, and the old one stays: {}. It is for {}", why, current);
        }
    }
}
