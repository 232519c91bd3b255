package dev.latchkey.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** Whether a secret in a file is one. */
final class PublicFile {
    private PublicFile() {}

    /** Whether every user of this machine can read the file. */
    static boolean is(Path file) {
        try {
            return canOthers(file, PosixFilePermission.OTHERS_READ) && isReachable(file);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static boolean isReachable(Path file) throws IOException {
        for (Path folder = file.toRealPath().getParent(); folder != null; folder = folder.getParent()) {
            if (!canOthers(folder, PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    private static boolean canOthers(Path path, PosixFilePermission permission) throws IOException {
        return Files.getPosixFilePermissions(path).contains(permission);
    }
}
