package dev.latchkey.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;

/** Reads a private key as OpenSSL, certbot and lego write it: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) or SEC 1 (RFC 5915). */
final class PrivateKeys {
    private static final String WITHOUT_PASSPHRASE =
            ": write a PEM file of a private key without a passphrase, as openssl pkey makes it";

    private PrivateKeys() {}

    /**
     * The first private key among the blocks.
     *
     * @param algorithm that of the certificate's public key, such as {@code RSA} or {@code EC}
     * @throws TlsException if there is none, or it cannot be read
     */
    static PrivateKey first(List<PemObject> blocks, String algorithm) {
        for (PemObject block : blocks) {
            boolean hasPassphrase = block.getType().equals("ENCRYPTED PRIVATE KEY")
                    || (block.getType().endsWith("PRIVATE KEY")
                            && !block.getHeaders().isEmpty());
            if (hasPassphrase) {
                throw new TlsException(TlsException.KEY, "has a passphrase" + WITHOUT_PASSPHRASE);
            }
            if (block.getType().endsWith("PRIVATE KEY")) {
                return key(block, algorithm);
            }
        }
        throw new TlsException(TlsException.KEY, "has no private key in it" + WITHOUT_PASSPHRASE);
    }

    private static PrivateKey key(PemObject block, String algorithm) {
        byte[] pkcs8;
        try {
            pkcs8 = pkcs8(block);
        } catch (IOException | IllegalArgumentException e) {
            throw new TlsException(TlsException.KEY, "holds no key that can be read" + WITHOUT_PASSPHRASE, e);
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new TlsException(
                    TlsException.KEY,
                    "is not the key of tls.certificate, which has one of the kind " + algorithm
                            + ": write the name of the file that was made together with the certificate",
                    e);
        }
    }

    private static byte[] pkcs8(PemObject block) throws IOException {
        return switch (block.getType()) {
            case "PRIVATE KEY" -> PrivateKeyInfo.getInstance(block.getContent()).getEncoded();
            case "RSA PRIVATE KEY" ->
                new PrivateKeyInfo(
                                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                                RSAPrivateKey.getInstance(block.getContent()))
                        .getEncoded();
            case "EC PRIVATE KEY" -> {
                ECPrivateKey key = ECPrivateKey.getInstance(block.getContent());
                if (key.getParametersObject() == null) {
                    throw new IllegalArgumentException("It does not say which curve it is on");
                }
                yield new PrivateKeyInfo(
                                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
                                key)
                        .getEncoded();
            }
            default ->
                throw new TlsException(
                        TlsException.KEY, "is of a kind that is not known, " + block.getType() + WITHOUT_PASSPHRASE);
        };
    }
}
