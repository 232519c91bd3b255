package dev.latchkey.server.tls;

import dev.latchkey.server.database.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.encoders.DecoderException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * What is in the two files at one moment. They may be one and the same file.
 *
 * @param certificate the text of {@code tls.certificate}
 * @param key the text of {@code tls.key}
 */
record PemFiles(String certificate, String key) {
    private static final int MAX_BYTES = 1 << 20;

    /**
     * Reads both.
     *
     * @throws TlsException if one cannot be read
     */
    static PemFiles read(TlsSettings settings) {
        return new PemFiles(
                text(TlsException.CERTIFICATE, settings.certificate()), text(TlsException.KEY, settings.key()));
    }

    private static String text(String setting, String path) {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new TlsException(setting, "is longer than 1 MiB, " + path + ": write the name of a PEM file");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new TlsException(
                    setting,
                    "cannot be read: " + Failures.rootMessage(e)
                            + ": write the name of a PEM file that the user of the server may read",
                    e);
        }
    }

    /** The blocks of the certificate's file. */
    List<PemObject> certificateBlocks() {
        return blocks(TlsException.CERTIFICATE, certificate);
    }

    /** The blocks of the key's file. */
    List<PemObject> keyBlocks() {
        return blocks(TlsException.KEY, key);
    }

    private static List<PemObject> blocks(String setting, String text) {
        List<PemObject> blocks = new ArrayList<>();
        try (PemReader reader = new PemReader(new StringReader(text))) {
            for (PemObject block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
                blocks.add(block);
            }
        } catch (IOException | DecoderException e) {
            throw new TlsException(
                    setting, "is damaged: a block between BEGIN and END is not complete: copy the file again", e);
        }
        return blocks;
    }

    /** The text of a key is in no message. */
    @Override
    public String toString() {
        return "PemFiles";
    }
}
