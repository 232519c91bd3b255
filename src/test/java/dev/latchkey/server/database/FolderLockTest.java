package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderLockTest {
    private static final int REFUSED = 3;

    @TempDir
    private Path folder;

    /** Another process that wants the lock. */
    public static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws Exception {
            try (FolderLock lock = FolderLock.take(Path.of(arguments[0]))) {
                System.out.println("taken");
            } catch (DatabaseException e) {
                System.exit(REFUSED);
            }
        }
    }

    @Test
    void whoIsRefusedTakesNothingFromWhoHasIt() throws Exception {
        try (FolderLock lock = FolderLock.take(folder)) {
            assertThatThrownBy(() -> FolderLock.take(folder)).isInstanceOf(DatabaseException.class);
            assertThat(another()).as("another process is kept out").isEqualTo(REFUSED);
        }
        assertThat(another()).isZero();
        FolderLock.take(folder).close();
    }

    private int another() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        folder.toString())
                .inheritIO()
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
