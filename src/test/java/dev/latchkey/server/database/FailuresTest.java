package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchkey.data.RevisionStore;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator reads of a failure is words, and not the name of a class. */
final class FailuresTest {
    private static final String CLASS_NAME = "(?s).*(Exception|Error\\b|java\\.|null).*";

    @TempDir
    private Path folder;

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new NoSuchFileException("a.db"), "a.db: it does not exist"),
                Arguments.of(new FileAlreadyExistsException("a.db"), "a.db: it already exists"),
                Arguments.of(new AccessDeniedException("a.db"), "a.db: no permission"),
                Arguments.of(new DirectoryNotEmptyException("a"), "a: it is a folder that is not empty"),
                Arguments.of(new NotDirectoryException("a"), "a: it is not a folder"),
                Arguments.of(new FileSystemLoopException("a"), "a: its symbolic links form a loop"),
                Arguments.of(new FileSystemException("a"), "a: the system gives no reason"),
                Arguments.of(new FileSystemException("a", null, "No space left"), "a: No space left"),
                Arguments.of(new FileNotFoundException("a (Is a directory)"), "a (Is a directory)"),
                Arguments.of(new IOException(new SQLException("The disk is full")), "The disk is full"),
                Arguments.of(new IOException(), "no reason was given"),
                Arguments.of(new IOException("It broke off", new EOFException()), "It broke off"),
                Arguments.of(new IOException(new UnknownHostException("db")), "the host db is not known"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void areToldInWords(IOException failure, String words) {
        assertThat(DatabaseFile.fileAndReason(failure)).isEqualTo(words).doesNotMatch(CLASS_NAME);
        assertThat(Failures.rootMessage(new ConnectionException(new SQLException(failure))))
                .isEqualTo(words);
    }

    @Test
    void ofARestoreAreToldInWords() throws Exception {
        DatabaseSettings store =
                DatabaseSettings.defaults().elsewhere("jdbc:sqlite:" + folder.resolve("data/latchkey.db"), null, null);
        Path missing = folder.resolve("nowhere");
        Files.createSymbolicLink(folder.resolve("data"), missing);
        Path backup = Files.createFile(folder.resolve("backup.db"));

        assertThat(catchThrowable(() -> Restore.run(store, backup, RevisionStore::renewRestored)))
                .isInstanceOf(DatabaseException.class)
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("not restored: ")
                .doesNotMatch(CLASS_NAME);
    }
}
