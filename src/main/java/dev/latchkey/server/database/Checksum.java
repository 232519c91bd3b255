package dev.latchkey.server.database;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Counts rows and hashes their content: SHA-256 over the length and the bytes of each field. */
final class Checksum {
    private static final int NULL = -1;

    private final MessageDigest digest;
    private long rows;

    Checksum() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    void add(byte[][] row) {
        rows++;
        for (byte[] field : row) {
            digest.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(field == null ? NULL : field.length)
                    .flip());
            if (field != null) {
                digest.update(field);
            }
        }
    }

    long rows() {
        return rows;
    }

    /** Finishes the hash. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
