import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Enumeration;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Puts into {@code target/stage} what the packages hold and no file of the repository is: the configuration with the folders of Debian,
 * what Debian wants compressed, and the licences from the jar. The arguments are the version of the .deb and the time of the build.
 */
final class Stage {
    private static final Path TARGET = Path.of("target");
    private static final Path STAGE = TARGET.resolve("stage");
    private static final Path DEB = Path.of("src/main/deb");
    private static final Pattern LICENCE = Pattern.compile("META-INF/((LICENSE|NOTICE)[^/]*|licenses/.*)");

    public static void main(String[] arguments) throws IOException {
        Files.createDirectories(STAGE);
        Files.writeString(STAGE.resolve("config.yml"), debianConfiguration());
        compress(Files.readString(DEB.resolve("latchkey.1")), "latchkey.1.gz");
        compress(changelog(arguments[0], OffsetDateTime.parse(arguments[1])), "changelog.gz");
        try (JarFile jar = new JarFile(TARGET.resolve("latchkey.jar").toFile())) {
            extractLicences(jar);
            try (InputStream sbom = jar.getInputStream(jar.getEntry("META-INF/sbom/latchkey.cdx.json"))) {
                Files.copy(sbom, TARGET.resolve("latchkey.cdx.json"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static String debianConfiguration() throws IOException {
        String data = ":-jdbc:sqlite:data/latchkey.db}";
        String backups = ":-data/backups}";
        String configuration = Files.readString(Path.of("config.yml"));
        if (!configuration.contains(data) || !configuration.contains(backups)) {
            throw new IOException("config.yml no longer has " + data + " and " + backups);
        }
        return configuration
                .replace(data, ":-jdbc:sqlite:/var/lib/latchkey/latchkey.db}")
                .replace(backups, ":-/var/lib/latchkey/backups}")
                .replace("# The server runs with this file as it is.", "# The service latchkey reads this file.")
                .replace("as the environment variable NAME.", "in /etc/default/latchkey, as NAME=value.");
    }

    private static String changelog(String version, OffsetDateTime time) {
        return "latchkey (" + version + ") unstable; urgency=medium\n\n"
                + "  * CHANGELOG.md of the sources says what is new.\n\n"
                + " -- The Latchkey authors <maintainers@latchkey.dev>  "
                + time.format(DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.ROOT)) + "\n";
    }

    /** As {@code gzip -9n} does, which is what Debian checks for; Java's own stream has no level, and does not say which it was. */
    private static void compress(String text, String name) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 2, 3});
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        CRC32 sum = new CRC32();
        sum.update(content);
        for (long number : new long[] {sum.getValue(), content.length}) {
            for (int shift = 0; shift < 32; shift += 8) {
                out.write((int) (number >>> shift));
            }
        }
        Files.write(STAGE.resolve(name), out.toByteArray());
    }

    private static void extractLicences(JarFile jar) throws IOException {
        for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
            JarEntry entry = entries.nextElement();
            if (!entry.isDirectory() && LICENCE.matcher(entry.getName()).matches()) {
                Path file = STAGE.resolve("licences")
                        .resolve(entry.getName()
                                .substring("META-INF/".length())
                                .replace("licenses/", "")
                                .replace("/META-INF/", "/"))
                        .normalize();
                Files.createDirectories(file.getParent());
                try (InputStream text = jar.getInputStream(entry)) {
                    Files.copy(text, file, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
