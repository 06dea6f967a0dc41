package io.fairlead.chaos.session;

import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.Simulation;
import io.fairlead.chaos.SimulationResult;

/** Runs scenarios with clients that have sessions. <b>Threads:</b> any. */
public final class SessionSimulation {
    /** What {@code chaos simulate} is told to do this. */
    public static final String OPTION = " --store sessions";

    private SessionSimulation() {}

    /**
     * Runs a scenario; {@code echo} prints everything that happens. Ids of what can be found beside Raft's: I15 a command
     * took effect twice, or though it was refused; I16 two tables differ; X3 an outcome is not true; X5 a copy was answered
     * otherwise than the first; X6 an answer was given up that the client did not have.
     */
    public static SimulationResult run(Scenario scenario, boolean echo) {
        boolean mayLoseDisks =
                scenario.plan().kinds().stream().anyMatch(kind -> kind.id().startsWith("loss"));
        return Simulation.run(scenario, SessionClients.subject(scenario.seed(), scenario.load(), mayLoseDisks), echo);
    }
}
