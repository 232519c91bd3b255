package dev.latchkey.server.tls;

import dev.latchkey.testing.TestAuthority.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The two files that the settings name, and the ways in which they are replaced. */
record TlsFiles(Path folder) {
    static TlsFiles inTarget(Issued first) {
        try {
            TlsFiles files = new TlsFiles(Files.createTempDirectory(Path.of("target"), "tls-"));
            files.write(first.chain(), first.pkcs8());
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path certificate() {
        return folder.resolve("fullchain.pem");
    }

    Path key() {
        return folder.resolve("privkey.pem");
    }

    TlsSettings settings() {
        return new TlsSettings(certificate().toString(), key().toString(), null);
    }

    /** Into the files that are there, or through links to them. */
    void write(String chain, String privateKey) throws IOException {
        Files.writeString(certificate(), chain);
        Files.writeString(key(), privateKey);
    }

    /** As careful programs do it. */
    void rename(String chain, String privateKey) throws IOException {
        move(Files.writeString(folder.resolve("new1"), chain), certificate());
        move(Files.writeString(folder.resolve("new2"), privateKey), key());
    }

    /** As certbot does it: the names are links to files with numbers. */
    void link(String chain, String privateKey, int number) throws IOException {
        relink(certificate(), Files.writeString(folder.resolve("fullchain" + number + ".pem"), chain));
        relink(key(), Files.writeString(folder.resolve("privkey" + number + ".pem"), privateKey));
    }

    private void relink(Path name, Path file) throws IOException {
        Path link = folder.resolve("link");
        Files.deleteIfExists(link);
        move(Files.createSymbolicLink(link, file.getFileName()), name);
    }

    /** As Kubernetes does it: the names are links to files in a folder, which is a link as well and the only one that changes. */
    void linkFolder(String chain, String privateKey, int number) throws IOException {
        Path version = Files.createDirectory(folder.resolve("..version" + number));
        Files.writeString(version.resolve("fullchain.pem"), chain);
        Files.writeString(version.resolve("privkey.pem"), privateKey);
        relink(folder.resolve("..data"), version);
        for (Path name : new Path[] {certificate(), key()}) {
            if (!Files.isSymbolicLink(name) || !Files.readSymbolicLink(name).startsWith("..data")) {
                relink(name, Path.of("..data").resolve(name.getFileName()), true);
            }
        }
    }

    private void relink(Path name, Path target, boolean isRelative) throws IOException {
        Path link = folder.resolve("link");
        Files.deleteIfExists(link);
        move(Files.createSymbolicLink(link, isRelative ? target : target.getFileName()), name);
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
