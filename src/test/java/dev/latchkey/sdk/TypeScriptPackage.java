package dev.latchkey.sdk;

import dev.latchkey.testing.Node;
import dev.latchkey.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The TypeScript SDK as its users get it: a package, built by npm. */
public final class TypeScriptPackage {
    static final Path FOLDER = Path.of("target/sdk/typescript").toAbsolutePath();

    private static final Pattern VERSION = Pattern.compile("<artifactId>latchkey</artifactId>\\s*<version>([^<]*)<");

    private static boolean isBuilt;

    private TypeScriptPackage() {}

    /** Builds and packs it; aborts the test, loudly, where there is no Node.js or where TypeScript cannot be had. */
    public static synchronized void build(String untested) {
        if (isBuilt) {
            return;
        }
        Program.find(untested, "node");
        Program.Run installed = Node.npm(FOLDER, untested, "ci", "--ignore-scripts");
        if (installed.exitCode() != 0) {
            Program.missing(
                    "node", installed.output() + "npm cannot install TypeScript here: " + untested + " NOT tested.");
        }
        Node.npm(FOLDER, untested, "pack").succeeded();
        isBuilt = true;
    }

    /** Installs the package that was built. */
    public static void install(Path folder, String untested) {
        Node.npm(folder, untested, "install", file().toString()).succeeded();
    }

    /** The package, in the version of the project. */
    static Path file() {
        try {
            Matcher version = VERSION.matcher(Files.readString(Path.of("pom.xml")));
            if (!version.find()) {
                throw new IllegalStateException("pom.xml has no version.");
            }
            return FOLDER.resolve("latchkey-client-" + version.group(1) + ".tgz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
