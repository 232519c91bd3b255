import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Has Python check and pack the SDK in the folder that is the argument; says so where there is no Python. */
final class Pack {
    private Pack() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        boolean hasPython = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3")));
        if (!hasPython) {
            System.out.println("There is no python3 here: " + arguments[0]
                    + " was generated, but NOT byte-compiled, and no wheel was built.");
            return;
        }
        Process python = new ProcessBuilder("python3", "pack.py", arguments[0])
                .inheritIO()
                .start();
        System.exit(python.waitFor());
    }
}
