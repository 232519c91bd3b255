package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Contents;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Load;
import dev.latchkey.testing.Model;
import dev.latchkey.testing.Model.Settled;
import dev.latchkey.testing.ModelClient;
import dev.latchkey.testing.ProofSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments, of a server at work or one that is just starting: whatever was acknowledged is there
 * afterwards, what was in flight is wholly there or wholly absent, and nothing else is.
 *
 * <p>One of every four while it starts. {@code -Dcrash.cycles} says how many, {@code -Dcrash.seed} repeats the choices of a run
 * (if not its timing).
 */
final class CrashIT {
    private static final int CYCLES = Integer.getInteger("crash.cycles", ProofSize.of(4, 20));
    private static final long SEED = Long.getLong("crash.seed", System.nanoTime());
    private static final int CLIENTS = 6;
    private static final int GROUP = 4;

    private final Random random = new Random(SEED);
    private final List<ModelClient> clients = ModelClient.several(CLIENTS, "crash", SEED);
    private Settled inFlight = new Settled(0, 0);
    private int killedWhileStarting;

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void losesNothingToKill() throws Exception {
        System.out.println("CrashIT: " + CYCLES + " cycles, -Dcrash.seed=" + SEED);
        JarProcess.copyConfiguration(folder);
        int whileStarting = 0;
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            if (cycle % GROUP == 1) {
                whileStarting = cycle + random.nextInt(GROUP);
            }
            try (JarProcess server = start()) {
                if (cycle == whileStarting) {
                    pause(1500);
                    killedWhileStarting++;
                } else {
                    check(server.api());
                    workAndKill(server);
                }
                server.kill();
            } catch (AssertionError e) {
                throw new AssertionError("In cycle " + cycle + " of -Dcrash.seed=" + SEED, e);
            }
            if (cycle % 50 == 0) {
                report(cycle);
            }
        }
        try (JarProcess server = start()) {
            check(server.api());
            assertThat(libraries()).isEmpty();
        }
        report(CYCLES);
        assertThat(Load.acknowledged(clients)).isPositive();
    }

    private JarProcess start() throws IOException {
        return JarProcess.start(folder, Map.of("LATCHKEY_REQUEST_LOG_LEVEL", "OFF"), "server", "config.yml");
    }

    private void workAndKill(JarProcess server) throws Exception {
        Api api = server.api();
        try (Load load = new Load(clients, client -> switch (client.step(api)) {
            case ACKNOWLEDGED, READ -> true;
            case CUT_OFF -> false;
            case REFUSED, READ_REFUSED -> throw new AssertionError("Nothing is wrong with this server");
        })) {
            load.awaitAcknowledged(clients, random.nextInt(400));
            // Not always right after an acknowledgement.
            pause(20);
            server.kill();
            // Each finds out by itself.
            load.await(() -> false);
            load.stop();
        }
        for (ModelClient client : clients) {
            assertThat(client.model().doubts()).as("in flight").isLessThanOrEqualTo(1);
        }
    }

    /** Everything behind the server's back, and a part of it once more over HTTP. */
    private void check(Api api) throws Exception {
        inFlight = inFlight.plus(
                Model.settle(ModelClient.models(clients), Contents.ofSqlite(folder.resolve("data/latchkey.db"))));
        clients.forEach(client -> client.readSome(api, 10));
        // Seldom, since hashing takes a server long that has just started.
        if (random.nextInt(3) == 0) {
            clients.get(random.nextInt(CLIENTS)).logInAgain(api);
        }
    }

    private void pause(int maxMilliseconds) {
        LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(maxMilliseconds)));
    }

    /** What a process leaves of SQLite that is killed while it starts, the next one deletes. */
    private List<Path> libraries() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("tmp"))) {
            return files.filter(file -> file.getFileName().toString().contains("sqlitejdbc"))
                    .toList();
        }
    }

    private void report(int cycles) {
        System.out.printf(
                "CrashIT: %d cycles (%d of them while starting), %d writes acknowledged, none lost; of those in flight %d found, %d absent%n",
                cycles, killedWhileStarting, Load.acknowledged(clients), inFlight.found(), inFlight.absent());
    }
}
