package io.fairlead.chaos;

import io.fairlead.chaos.check.KvModel;
import io.fairlead.chaos.check.LinearizabilityChecker;
import io.fairlead.chaos.check.Verdict;
import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.faults.Nemesis;
import io.fairlead.chaos.workload.MapClients;
import io.fairlead.chaos.workload.MapMachine;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run: a cluster of real members and clients, faults as the scenario says, then none, and in the end everything must
 * have come together again.
 *
 * <p><b>Threads:</b> one.
 */
public final class Simulation {
    private static final long MILLIS = 1_000_000;
    private static final int REPORTED_EVENTS = 60;
    private static final int MAX_ELECTIONS_WHEN_CALM = 1;

    private final Scenario scenario;
    private final SimCluster<MapMachine.Result> cluster;
    private final MapClients clients;
    private final Nemesis nemesis;
    private long elections;

    private Simulation(Scenario scenario) {
        this.scenario = scenario;
        this.cluster = new SimCluster<>(
                scenario.seed(),
                scenario.config(),
                scenario.voters(),
                scenario.spares(),
                scenario.maxDrift(),
                member -> new MapMachine());
        this.clients = new MapClients(cluster, scenario.load());
        this.nemesis = new Nemesis(cluster);
    }

    /** Runs the scenario of a seed. */
    public static SimulationResult run(long seed) {
        return run(Scenario.of(seed), false);
    }

    /** Runs a scenario; {@code echo} prints everything that happens. */
    public static SimulationResult run(Scenario scenario, boolean echo) {
        Simulation simulation = new Simulation(scenario);
        simulation.cluster.trace().echo(echo);
        return simulation.run();
    }

    private SimulationResult run() {
        cluster.onEveryLeader(leader -> elections++);
        cluster.startAll();
        nemesis.carryOut(scenario.plan());
        clients.start();
        boolean fine = cluster.runUntil(scenario.faultyTime());
        if (fine) {
            checkCalm();
            clients.stop();
            nemesis.healAll();
            comeTogether();
        }
        if (cluster.failure().isEmpty()) {
            checkHistory();
        }
        return new SimulationResult(
                scenario.seed(),
                scenario.profile(),
                cluster.scheduler().now(),
                cluster.scheduler().executed(),
                cluster.checks().checks(),
                nemesis.counts(),
                clients.acknowledged(),
                cluster.scheduler().hash(),
                cluster.failure().map(this::report));
    }

    private void checkCalm() {
        if (scenario.profile() == Scenario.Profile.CALM && elections > MAX_ELECTIONS_WHEN_CALM) {
            cluster.failed(new AssertionError(
                    "L0 calm: nothing went wrong, and still there were " + elections + " elections"));
        }
    }

    // --------------------------------------------------------------------------------------------- liveness

    /** The faults are over: within a bound there is one leader, all have the same, and every call is answered. */
    private void comeTogether() {
        long timeout = scenario.config().electionTimeout().toNanos();
        long patience = 100 * timeout + 10_000 * MILLIS;
        if (!await(patience, () -> readyLeader().isPresent())) {
            stuck("L1 a leader is elected");
            return;
        }
        if (!await(patience, () -> clients.pending() == 0)) {
            stuck("L2 every call is answered; " + clients.pending() + " are not");
            return;
        }
        readyLeader().ifPresent(clients::writeOnce);
        if (!await(patience, () -> clients.pending() == 0 && allAgree())) {
            stuck("L3 all members have the same; calls pending: " + clients.pending());
            return;
        }
        clients.readAllEverywhere();
        if (!await(patience, () -> clients.pending() == 0)) {
            stuck("L4 every member serves reads; pending: " + clients.pending());
        }
    }

    private void stuck(String what) {
        if (cluster.failure().isEmpty()) {
            cluster.failed(new AssertionError(what));
        }
    }

    private interface Condition {
        boolean holds();
    }

    private boolean await(long patience, Condition condition) {
        long end = cluster.scheduler().now() + patience;
        while (cluster.scheduler().now() < end) {
            if (!cluster.runUntil(cluster.scheduler().now() + 20 * MILLIS)) {
                return false;
            }
            if (condition.holds()) {
                return true;
            }
            cluster.startAll(); // Whoever was still on the way down when all was healed.
        }
        return false;
    }

    private Optional<SimMember<MapMachine.Result>> readyLeader() {
        return cluster.leader().filter(leader -> {
            Server server = leader.server();
            return server != null && server.isReady();
        });
    }

    private boolean allAgree() {
        SimMember<MapMachine.Result> leader = readyLeader().orElse(null);
        Server leading = leader == null ? null : leader.server();
        if (leader == null || leading == null || !(leader.machine() instanceof MapMachine expected)) {
            return false;
        }
        Configuration configuration = leading.configuration();
        if (configuration.isJoint() || leading.commitIndex() < leading.lastIndex()) {
            return false;
        }
        for (SimMember<MapMachine.Result> member : cluster.members().values()) {
            Server server = member.server();
            if (!configuration.contains(member.id())) {
                continue;
            }
            boolean same = server != null
                    && server.appliedIndex() == leading.lastIndex()
                    && member.machine() instanceof MapMachine machine
                    && machine.digest() == expected.digest();
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private void checkHistory() {
        Verdict verdict = new LinearizabilityChecker<>(new KvModel()).check(clients.operations());
        if (verdict instanceof Verdict.NotLinearizable wrong) {
            cluster.failed(new AssertionError("H1 linearizable: " + wrong.explanation()));
        } else if (verdict instanceof Verdict.Unknown undecided) {
            cluster.failed(new AssertionError("H0 history undecided: " + undecided.reason()));
        }
    }

    // ----------------------------------------------------------------------------------------------- report

    private String report(Throwable failure) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        out.println(failure.getMessage() == null ? failure : failure.getMessage());
        out.printf(
                "seed %d profile %s members %d+%d time %.6fs event %d%n",
                scenario.seed(),
                scenario.profile(),
                scenario.voters(),
                scenario.spares(),
                cluster.scheduler().now() / 1e9,
                cluster.scheduler().executed());
        out.println("faults: " + scenario.plan().kinds());
        out.println("calls: " + clients.summary());
        out.println("replay: chaos-tests/bin/chaos simulate --seeds 1 --start " + scenario.seed() + " --trace");
        out.print(cluster.status());
        out.println("last events:");
        cluster.trace().last(REPORTED_EVENTS).forEach(out::println);
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        causes.get(causes.size() - 1).printStackTrace(out);
        out.flush();
        return text.toString();
    }
}
