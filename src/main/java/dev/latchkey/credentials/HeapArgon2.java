package dev.latchkey.credentials;

import java.lang.ref.SoftReference;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id in Java, by Bouncy Castle.
 *
 * <p>Its memory is kept for the next password, because 19 MiB of garbage for each cost a tenth of a log-in. No more is kept than was in
 * use at once, nor more than about two sevenths of the heap, and the collector may take it back. Nothing of a password stays there:
 * Bouncy Castle clears each block after use.
 */
final class HeapArgon2 implements Argon2 {
    private final int memory;
    private final int maxKept;
    private final Deque<SoftReference<FixedBlockPool>> kept = new ConcurrentLinkedDeque<>();

    /** Keeps the memory of hashes that take {@code memory} KiB; those of another cost are rare. */
    HeapArgon2(int memory) {
        this.memory = memory;
        this.maxKept = maxKept(Runtime.getRuntime().maxMemory(), memory);
    }

    /**
     * The memory of how many hashes to keep: one of the default cost in the launcher's heap. If a larger share of a heap were kept, nearly
     * every collection would be a full one.
     */
    static int maxKept(long heap, int memory) {
        return (int) Math.min(Integer.MAX_VALUE, heap / 7 * 2 / (memory * 1024L));
    }

    @Override
    public byte[] hash(byte[] password, Argon2Hash like) {
        Argon2Parameters.Builder parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(like.memory())
                .withIterations(like.passes())
                .withParallelism(like.lanes())
                .withSalt(like.salt());
        byte[] hash = new byte[like.bytes().length];
        if (like.memory() != memory || like.lanes() != 1) {
            generate(parameters, password, hash);
            return hash;
        }
        FixedBlockPool blocks = take();
        generate(parameters.withBlockPool(blocks), password, hash);
        if (kept.size() < maxKept) {
            kept.push(new SoftReference<>(blocks));
        }
        return hash;
    }

    private static void generate(Argon2Parameters.Builder parameters, byte[] password, byte[] hash) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters.build());
        generator.generateBytes(password, hash);
    }

    private FixedBlockPool take() {
        for (SoftReference<FixedBlockPool> next = kept.poll(); next != null; next = kept.poll()) {
            FixedBlockPool blocks = next.get();
            if (blocks != null) {
                return blocks;
            }
        }
        return new FixedBlockPool(Argon2BytesGenerator.getBlockCount(memory, 1));
    }
}
