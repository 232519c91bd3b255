package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

/** Every implementation has to give the same hashes as the others in the world. */
final class Argon2Test {
    private static final int KEPT = 256;
    private static final Argon2Hash KNOWN = Argon2Hash.parse(
                    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
            .orElseThrow();

    private static List<Argon2> all() {
        return List.of(new HeapArgon2(KEPT));
    }

    /** A heap of 72 MiB has room for 70.2 MiB with the launcher's ratio, and a hash of the default cost takes 19 MiB. */
    @ParameterizedTest
    @CsvSource({"70, 19, 1", "66, 19, 0", "60, 19, 0", "136, 19, 2", "70, 64, 0", "1024, 19, 15"})
    void keepsTheMemoryThatTheHeapHasRoomFor(long heap, int hash, int kept) {
        assertThat(HeapArgon2.maxKept(heap << 20, hash << 10)).isEqualTo(kept);
        assertThat(HeapArgon2.maxKept(Long.MAX_VALUE, hash << 10)).isPositive();
    }

    private static String hash(Argon2 argon2, String password, Argon2Hash like) {
        return like.with(argon2.hash(password.getBytes(StandardCharsets.UTF_8), like))
                .phc();
    }

    /** Of the reference implementation, github.com/P-H-C/phc-winner-argon2, {@code src/test.c}; and of the encoder that hashed here before. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "password $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "password $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "password $argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
                "password $argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg",
                "differentpassword $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94",
                "password $argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw",
                "p\u00e4ssw\u00f6rd_123 $argon2id$v=19$m=19456,t=2,p=1$DnE7nsX3xyraBWOlZ63PmQ$8kv/VRE2NbFcYYY0XF0bKwsqL1tjK3iV4XK/OFCE0Ss",
                "p\u00e4ssw\u00f6rd_123 $argon2id$v=19$m=20480,t=3,p=1$ZAdad0DA5UNgI7YmbSPSWg$qCPmadigwcaPyrH21U5jA8iMrWV0KA0Jsa1pAh8mrsg",
                "p\u00e4ssw\u00f6rd_123 $argon2id$v=19$m=32768,t=2,p=1$t8iEBbR5ZVxpwyUTaPG+SA$4gnh5FRGCB66I+fLUMu9OaWra7ndq9PBb6/x/hYeuAM"
            })
    void knownHashes(String password, String phc) {
        Argon2Hash known = Argon2Hash.parse(phc).orElseThrow();
        for (Argon2 argon2 : all()) {
            assertThat(hash(argon2, password, known)).isEqualTo(phc);
            // In memory that is kept, too.
            assertThat(hash(argon2, password, known)).isEqualTo(phc);
            assertThat(hash(argon2, password + "r", known)).isNotEqualTo(phc);
        }
    }

    /** In both directions, whatever the password and the cost are. */
    @Test
    void agreesWithSpring() {
        Random random = new Random(20);
        for (int round = 0; round < 50; round++) {
            int memory = round % 2 == 0 ? KEPT : 8 + random.nextInt(500);
            int passes = 1 + random.nextInt(3);
            String password = random.ints(random.nextInt(100), ' ', 0xd7ff)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            Argon2PasswordEncoder spring = new Argon2PasswordEncoder(16, 32, 1, memory, passes);
            String theirs = spring.encode(password);
            for (Argon2 argon2 : all()) {
                assertThat(hash(argon2, password, Argon2Hash.parse(theirs).orElseThrow()))
                        .isEqualTo(theirs);
            }
        }
    }

    /** No two may share the memory that is kept. */
    @Test
    void manyAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Argon2 argon2 : all()) {
                Callable<List<String>> work = () -> Stream.generate(() -> hash(argon2, "password", KNOWN))
                        .limit(50)
                        .distinct()
                        .toList();
                for (Future<List<String>> thread : threads.invokeAll(List.of(work, work, work, work))) {
                    assertThat(thread.get()).containsExactly(KNOWN.phc());
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
