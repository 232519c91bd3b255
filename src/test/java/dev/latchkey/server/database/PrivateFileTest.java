package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivateFileTest {
    @TempDir
    private Path folder;

    @Test
    void isForItsOwnerAloneFromTheBeginning() throws Exception {
        PrivateFile.write(folder.resolve("file"), content -> {
            content.write('x');
            Path unfinished = files().get(0);
            assertThat(unfinished).isNotEqualTo(folder.resolve("file"));
            assertPrivate(unfinished);
        });
        assertThat(files()).containsExactly(folder.resolve("file"));
        assertPrivate(folder.resolve("file"));
        assertThat(folder.resolve("file")).hasContent("x");
    }

    @Test
    void isThereAsAWholeOrNotAtAll() {
        assertThatThrownBy(() -> PrivateFile.write(folder.resolve("file"), content -> {
                    content.write(new byte[100_000]);
                    throw new IOException("no space left");
                }))
                .hasMessage("no space left");
        assertThatThrownBy(() -> PrivateFile.write(folder.resolve("file"), content -> {
                    throw new IllegalStateException("no user");
                }))
                .hasMessage("no user");
        assertThat(files()).isEmpty();
    }

    @Test
    void replacesNothingThatCameMeanwhile() {
        Path file = folder.resolve("file");
        assertThatThrownBy(() -> PrivateFile.write(file, content -> Files.writeString(file, "another's")))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(files()).containsExactly(file);
        assertThat(file).hasContent("another's");
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertPrivate(Path file) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
