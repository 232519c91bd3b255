package dev.latchkey.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.bouncycastle.util.io.pem.PemObject;

/** The server's certificate, those above it, and the key that fits. */
public final class ServerCertificate {
    private static final List<Integer> DNS_NAME_AND_ADDRESS = List.of(2, 7);

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    private ServerCertificate(List<X509Certificate> chain, PrivateKey key) {
        this.chain = List.copyOf(chain);
        this.key = key;
    }

    /**
     * Reads the files of the settings, which are on.
     *
     * @throws TlsException if they cannot be read, or do not fit together
     */
    public static ServerCertificate read(TlsSettings settings) {
        return of(PemFiles.read(settings));
    }

    /**
     * The certificate in the files.
     *
     * @throws TlsException if there is none, or if they do not fit together
     */
    static ServerCertificate of(PemFiles files) {
        List<X509Certificate> chain = chain(files.certificateBlocks());
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey key = PrivateKeys.first(files.keyBlocks(), publicKey.getAlgorithm());
        if (!fits(key, publicKey)) {
            throw new TlsException(
                    TlsException.KEY,
                    "is not the key of the first certificate in tls.certificate: write the names of two files that were"
                            + " made together, with the server's own certificate before all others");
        }
        for (int i = 1; i < chain.size(); i++) {
            if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
                throw new TlsException(
                        TlsException.CERTIFICATE,
                        "is not in order: certificate " + (i + 1) + " in it has not issued certificate " + i
                                + ": put the server's own first, then the one that issued it, and so on");
            }
        }
        return new ServerCertificate(chain, key);
    }

    private static List<X509Certificate> chain(List<PemObject> blocks) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (PemObject block : blocks) {
                if (block.getType().equals("CERTIFICATE")) {
                    chain.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(block.getContent())));
                }
            }
        } catch (CertificateException e) {
            throw new TlsException(
                    TlsException.CERTIFICATE,
                    "holds a certificate that cannot be read, number " + (chain.size() + 1) + ": copy the file again",
                    e);
        }
        if (chain.isEmpty()) {
            throw new TlsException(
                    TlsException.CERTIFICATE,
                    "has no certificate in it: write the name of a PEM file, such as certbot's fullchain.pem");
        }
        return chain;
    }

    /** Whether what the key signs is what the certificate verifies. */
    private static boolean fits(PrivateKey key, PublicKey publicKey) {
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    });
            byte[] text = {1, 2, 3};
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Why clients refuse it at this time, in words that follow {@code tls.certificate}; empty if they do not. */
    public Optional<String> objection(Instant now) {
        Instant from = chain.get(0).getNotBefore().toInstant();
        if (now.isAfter(expiry())) {
            return Optional.of("expired at " + expiry() + ", so that clients refuse it: get a new one");
        }
        return now.isBefore(from)
                ? Optional.of(
                        "is only good from " + from + ", so that clients refuse it: see whether the clock is right")
                : Optional.empty();
    }

    /** When the server's own certificate expires. One above it may have expired before, as long as clients know another way up. */
    public Instant expiry() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** The host names and addresses that it is for. */
    public List<String> names() {
        try {
            Collection<List<?>> names = chain.get(0).getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> DNS_NAME_AND_ADDRESS.contains(name.get(0)))
                            .map(name -> (String) name.get(1))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** A context of its own for servers with this certificate, so that no connection can have half of another one. */
    SSLContext context() {
        try {
            char[] password = UUID.randomUUID().toString().toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry("server", key, password, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            // Clients have no certificates, so nobody is to be trusted.
            context.init(keys.getKeyManagers(), new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException(TlsException.CERTIFICATE, "cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return (names().isEmpty() ? "no name" : String.join(", ", names())) + ", until " + expiry();
    }
}
