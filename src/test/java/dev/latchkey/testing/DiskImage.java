package dev.latchkey.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A folder as it would be found after a power cut, by the {@link DiskLog} so far.
 *
 * <p>What a sync covered is there. Of what came later the disk may have written anything, in any order: each change of a file
 * is there or not, whatever became of those before and after it. A write may be torn: of its pieces, cut at multiples of 512
 * or of 4096 bytes in the file, each is there or not. A file may have got longer without its data; there are zeros then. A
 * file is made or deleted for certain only once its folder was synced, even if it was synced itself. These are the freedoms
 * that POSIX gives and that ext4, XFS and btrfs take in one way or the other. Two things are taken for granted, as SQLite does:
 * what surrounds a torn write in its sector stays, and a sync that reported success has happened. That the folder itself is
 * there is taken for granted too.
 */
public final class DiskImage {
    /** Which of the changes that are not synced survive. */
    public enum Survival {
        NONE,
        ALL,
        SOME,
        TORN
    }

    /** A file, whatever its name is by now. */
    private static final class Inode {
        private final Content content = new Content(new byte[0]);
        private final List<DiskLog.Entry> unsynced = new ArrayList<>();
    }

    /** The bytes of a file, with room to grow: a log that grows page by page would be copied with each. */
    private static final class Content {
        private byte[] bytes;
        private int length;

        Content(byte[] bytes) {
            this.bytes = bytes;
            this.length = bytes.length;
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, length);
        }

        void change(DiskLog.Entry entry) {
            int position = Math.toIntExact(entry.position());
            if (entry.type() == 'T') {
                extend(position);
                Arrays.fill(bytes, position, length, (byte) 0);
                length = position;
            } else {
                extend(position + entry.data().limit());
                entry.data().get(0, bytes, position, entry.data().limit());
            }
        }

        /** With zeros. */
        void extend(int atLeast) {
            if (atLeast > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(atLeast, 2 * bytes.length));
            }
            length = Math.max(length, atLeast);
        }
    }

    private record Naming(String path, Inode inode, long end) {}

    private final Map<String, Inode> open = new HashMap<>();
    private final Map<String, Inode> synced = new HashMap<>();
    private final List<Naming> unsynced = new ArrayList<>();

    /** Goes on to what was on the disk when this entry had just been made. */
    public void apply(DiskLog.Entry entry) {
        switch (entry.type()) {
            case 'C' -> name(entry, new Inode());
            case 'U' -> name(entry, null);
            case 'W', 'T' -> open.get(entry.path()).unsynced.add(entry);
            case 'S' -> sync(open.get(entry.path()), entry.position());
            case 'D' -> syncFolder(entry);
            default -> throw new IllegalArgumentException(entry.toString());
        }
    }

    private void name(DiskLog.Entry entry, Inode inode) {
        unsynced.add(new Naming(entry.path(), inode, entry.end()));
        if (inode == null) {
            open.remove(entry.path());
        } else {
            open.put(entry.path(), inode);
        }
    }

    private static void sync(Inode inode, long begin) {
        while (!inode.unsynced.isEmpty() && inode.unsynced.get(0).end() <= begin) {
            inode.content.change(inode.unsynced.remove(0));
        }
    }

    private void syncFolder(DiskLog.Entry entry) {
        unsynced.removeIf(naming -> {
            boolean isCovered =
                    naming.end() <= entry.position() && parent(naming.path()).equals(entry.path());
            if (isCovered) {
                put(synced, naming);
            }
            return isCovered;
        });
    }

    private static String parent(String path) {
        return path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
    }

    private static void put(Map<String, Inode> names, Naming naming) {
        if (naming.inode() == null) {
            names.remove(naming.path());
        } else {
            names.put(naming.path(), naming.inode());
        }
    }

    /** How much may get lost at this moment. */
    public int unsyncedChanges() {
        return unsynced.size()
                + open.values().stream()
                        .mapToInt(inode -> inode.unsynced.size())
                        .sum();
    }

    /** Writes what the power cut leaves. */
    public void write(Path folder, Survival survival, Random random) throws IOException {
        double chance = random.nextDouble();
        Map<String, Inode> names = new HashMap<>(synced);
        for (Naming naming : unsynced) {
            if (survives(survival, chance, random)) {
                put(names, naming);
            }
        }
        for (Map.Entry<String, Inode> name : names.entrySet()) {
            Content content = new Content(name.getValue().content.toBytes());
            for (DiskLog.Entry entry : name.getValue().unsynced) {
                for (DiskLog.Entry piece : survival == Survival.TORN ? pieces(entry, random) : List.of(entry)) {
                    if (survives(survival, chance, random)) {
                        content.change(piece);
                    } else if (survival == Survival.TORN && piece.type() == 'W' && random.nextInt(4) == 0) {
                        // Longer, but without the data.
                        content.extend(
                                Math.toIntExact(piece.position() + piece.data().limit()));
                    }
                }
            }
            Path file = folder.resolve(name.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, content.toBytes());
        }
    }

    private static boolean survives(Survival survival, double chance, Random random) {
        return switch (survival) {
            case NONE -> false;
            case ALL -> true;
            case SOME, TORN -> random.nextDouble() < chance;
        };
    }

    private static List<DiskLog.Entry> pieces(DiskLog.Entry write, Random random) {
        int size = random.nextBoolean() ? 512 : 4096;
        List<DiskLog.Entry> pieces = new ArrayList<>();
        int from = 0;
        while (from < write.data().limit()) {
            int to = Math.min(write.data().limit(), from + size - (int) ((write.position() + from) % size));
            pieces.add(new DiskLog.Entry(
                    'W', write.path(), write.position() + from, write.data().slice(from, to - from), write.end()));
            from = to;
        }
        return write.type() == 'W' ? pieces : List.of(write);
    }
}
