package io.fairlead.chaos.kv;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.workload.MapClients;
import io.fairlead.chaos.workload.Subject;
import io.fairlead.kv.KvOptions;
import io.fairlead.kv.KvResult;
import io.fairlead.kv.KvStateMachine;
import io.fairlead.kv.rocks.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stores of one run, each in a directory that its member finds again in its next life. A death loses what was only in
 * memory; a new disk loses all.
 *
 * <p><b>Threads:</b> one.
 */
final class Stores implements AutoCloseable {
    /** Memory tables that never fill up: when they are written must not depend on the machine. */
    private static final KvOptions OPTIONS = new KvOptions(4 << 20, 16 << 20, 1 << 20, 50, 0);

    private static final Path MEMORY = Path.of("/dev/shm");

    private final long seed;
    private final Path directory;
    private final StoreOracle oracle = new StoreOracle();
    private final Tickets tickets;
    private final Map<Long, ModelledStore> present = new HashMap<>();
    private final Map<Long, Integer> lives = new HashMap<>();
    private @Nullable SimCluster<KvResult> cluster;

    Stores(long seed) throws IOException {
        this.seed = seed;
        String name = "fairlead-sim-";
        directory =
                Files.isWritable(MEMORY) ? Files.createTempDirectory(MEMORY, name) : Files.createTempDirectory(name);
        tickets = new Tickets(directory);
    }

    Subject<KvResult> subject(MapClients.Load load) {
        return new Subject<>(this::nextLife, started -> {
            cluster = started;
            oracle.watch(started);
            return new StoreClients(started, load, oracle);
        });
    }

    private ModelledStore nextLife(long member) {
        ModelledStore former = present.remove(member);
        if (former != null) {
            former.die();
        }
        Path place = directory.resolve("member-" + member);
        SimCluster<KvResult> started = cluster;
        try {
            if (started != null && started.member(member).disk().files().isEmpty()) {
                Directories.delete(place);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int life = lives.merge(member, 1, Integer::sum);
        KvStateMachine real = KvStateMachine.open(place, OPTIONS);
        ModelledStore next =
                new ModelledStore(member, real, oracle, tickets, Randomness.of(seed, "store-" + member, life));
        present.put(member, next);
        return next;
    }

    @Override
    public void close() throws IOException {
        present.values().forEach(ModelledStore::die);
        Directories.delete(directory);
    }
}
