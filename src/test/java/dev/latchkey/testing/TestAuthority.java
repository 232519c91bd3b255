package dev.latchkey.testing;

import com.google.common.net.InetAddresses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** An authority that gives certificates to test servers, with one below it that signs them, as the public ones have. */
public final class TestAuthority {
    private static final AlgorithmIdentifier ECDSA = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    private static final AtomicLong NUMBER = new AtomicLong();

    private final KeyPair rootKeys = keys("EC");
    private final KeyPair signingKeys = keys("EC");
    private final X509Certificate root;
    private final X509Certificate signing;

    public TestAuthority() {
        Instant from = Instant.now().minus(Duration.ofDays(1));
        Instant until = from.plus(Duration.ofDays(3650));
        Extensions authority = extensions(Extension.basicConstraints, new BasicConstraints(true));
        root = sign("CN=Root", "CN=Root", rootKeys, rootKeys, from, until, authority);
        signing = sign("CN=Root", "CN=Signing", rootKeys, signingKeys, from, until, authority);
    }

    /**
     * A certificate and its key.
     *
     * @param chain PEM: its own and the one that signed it
     */
    public record Issued(X509Certificate certificate, String chain, PrivateKey key) {
        /** The key as PEM in PKCS#8. */
        public String pkcs8() {
            return pem("PRIVATE KEY", key.getEncoded());
        }

        /** The key as PEM as OpenSSL has long written it: PKCS#1 or SEC 1. */
        public String traditional() {
            try {
                PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
                ASN1Encodable content = key instanceof ECPrivateKey elliptic
                        ? new org.bouncycastle.asn1.sec.ECPrivateKey(
                                256,
                                elliptic.getS(),
                                info.getPrivateKeyAlgorithm().getParameters())
                        : info.parsePrivateKey();
                return pem(
                        key.getAlgorithm() + " PRIVATE KEY",
                        content.toASN1Primitive().getEncoded());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A certificate that is good between these two times, seen from now. */
    public Issued issue(String algorithm, Duration from, Duration to, String... names) {
        Instant now = Instant.now();
        return issue(algorithm, now.plus(from), now.plus(to), names);
    }

    /** One that is good from yesterday on for this many days; {@code names} are hosts and addresses. */
    public Issued issue(String algorithm, int days, String... names) {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        return issue(algorithm, yesterday, yesterday.plus(Duration.ofDays(days)), names);
    }

    private Issued issue(String algorithm, Instant from, Instant until, String... names) {
        KeyPair keys = keys(algorithm);
        GeneralNames all = new GeneralNames(Arrays.stream(names)
                .map(name -> new GeneralName(
                        InetAddresses.isInetAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
        Extensions extensions = extensions(
                names.length == 0 ? Extension.basicConstraints : Extension.subjectAlternativeName,
                names.length == 0 ? new BasicConstraints(false) : all);
        X509Certificate certificate = sign("CN=Signing", "CN=Server", signingKeys, keys, from, until, extensions);
        return new Issued(certificate, pem(certificate) + pem(signing), keys.getPrivate());
    }

    /** The certificate that clients trust, as PEM. */
    public String root() {
        return pem(root);
    }

    /** A context for clients that trust this authority alone. */
    public SSLContext trusting() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("root", root);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (!algorithm.equals("Ed25519")) {
                generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Extensions extensions(ASN1ObjectIdentifier kind, ASN1Encodable value) {
        try {
            return new Extensions(new Extension(
                    kind,
                    kind.equals(Extension.basicConstraints),
                    value.toASN1Primitive().getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static X509Certificate sign(
            String issuer,
            String subject,
            KeyPair signer,
            KeyPair keys,
            Instant from,
            Instant until,
            Extensions extensions) {
        try {
            V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
            generator.setSerialNumber(new ASN1Integer(BigInteger.valueOf(NUMBER.incrementAndGet())));
            generator.setIssuer(new X500Name(issuer));
            generator.setSubject(new X500Name(subject));
            generator.setStartDate(new Time(Date.from(from)));
            generator.setEndDate(new Time(Date.from(until)));
            generator.setSubjectPublicKeyInfo(
                    SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
            generator.setExtensions(extensions);
            generator.setSignature(ECDSA);
            TBSCertificate content = generator.generateTBSCertificate();
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer.getPrivate());
            signature.update(content.getEncoded());
            ASN1EncodableVector all = new ASN1EncodableVector();
            all.add(content);
            all.add(ECDSA);
            all.add(new DERBitString(signature.sign()));
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(new DERSequence(all).getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] content) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
