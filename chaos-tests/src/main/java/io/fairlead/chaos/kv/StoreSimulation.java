package io.fairlead.chaos.kv;

import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.Simulation;
import io.fairlead.chaos.SimulationResult;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Runs scenarios with the key-value store instead of a map. <b>Threads:</b> any. */
public final class StoreSimulation {
    /** What {@code chaos simulate} is told to do this. */
    public static final String OPTION = " --store kv";

    private StoreSimulation() {}

    /**
     * Runs a scenario; {@code echo} prints everything that happens. Ids of what can be found beside Raft's: S1 an answer is
     * not the model's, S2 a command took effect twice or though it was refused, S3 a history is not linearizable, S4 two
     * stores differ, S5 a store did not come back as it was, S6 a watcher missed something.
     */
    public static SimulationResult run(Scenario scenario, boolean echo) {
        try (Stores stores = new Stores(scenario.seed())) {
            return Simulation.run(scenario, stores.subject(scenario.load()), echo);
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for the stores", e);
        }
    }
}
