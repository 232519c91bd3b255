import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Has npm build and pack the SDK in the folder that is the argument. */
final class Pack {
    private Pack() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String npm = File.separatorChar == '\\' ? "npm.cmd" : "npm";
        boolean hasNpm = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, npm)));
        if (!hasNpm) {
            System.err.println("Node.js 20 or newer, with npm, is needed to build the TypeScript SDK.");
            System.exit(1);
        }
        run(arguments[0], npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
        run(arguments[0], npm, "pack", "--loglevel=error");
    }

    /** Runs it without a word, unless it fails. */
    private static void run(String folder, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command))
                .directory(new File(folder))
                .redirectErrorStream(true)
                .start();
        byte[] output = process.getInputStream().readAllBytes();
        int exitCode = process.waitFor();
        if (exitCode != 0) {
            System.out.writeBytes(output);
            System.exit(exitCode);
        }
    }
}
