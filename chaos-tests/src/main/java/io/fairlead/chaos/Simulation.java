package io.fairlead.chaos;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.faults.Nemesis;
import io.fairlead.chaos.sim.SimDisk;
import io.fairlead.chaos.sim.SimWorkers;
import io.fairlead.chaos.workload.Subject;
import io.fairlead.chaos.workload.Workload;
import io.fairlead.raft.Metric;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.spi.StateMachine;
import java.util.List;
import java.util.Optional;

/**
 * One run: a cluster of real members and clients, faults as the scenario says, then none, and in the end everything must
 * have come together again.
 *
 * <p><b>Threads:</b> one.
 *
 * @param <R> what the state machine answers
 */
public final class Simulation<R> {
    private static final long MILLIS = 1_000_000;
    private static final int MAX_ELECTIONS_WHEN_CALM = 1;
    private static final int MAX_TASKS_AT_REST = 2;
    private static final int MAX_TIMES_OPEN = 2;
    private static final int REST_TIMEOUTS = 12;
    private static final int MAX_FAILOVER_TIMEOUTS = 24;

    private final Scenario scenario;
    private final SimCluster<R> cluster;
    private final Workload<R> workload;
    private final Nemesis nemesis;
    private long elections;
    private int handovers;
    private int leadersPriority = Integer.MAX_VALUE;

    private Simulation(Scenario scenario, Subject<R> subject) {
        this.scenario = scenario;
        this.cluster = new SimCluster<>(
                scenario.seed(),
                scenario.config(),
                scenario.voters(),
                scenario.spares(),
                scenario.maxDrift(),
                subject.machines());
        cluster.addCompanions(scenario.companions());
        this.workload = subject.workload().apply(cluster);
        this.nemesis = new Nemesis(cluster);
    }

    /**
     * Runs the scenario of a seed, with clients of a replicated map.
     *
     * @param seed any number
     * @return how it went
     */
    public static SimulationResult run(long seed) {
        return run(Scenario.of(seed), false);
    }

    /**
     * Runs a scenario, with clients of a replicated map.
     *
     * @param scenario what happens
     * @param echo whether to print everything that happens
     * @return how it went
     */
    public static SimulationResult run(Scenario scenario, boolean echo) {
        return run(scenario, Subject.map(scenario.load()), echo);
    }

    /**
     * Runs a scenario with other clients and another state machine.
     *
     * @param <R> what the state machine answers
     * @param scenario what happens
     * @param subject the clients and the state machine, for this run alone
     * @param echo whether to print everything that happens
     * @return how it went
     */
    public static <R> SimulationResult run(Scenario scenario, Subject<R> subject, boolean echo) {
        Simulation<R> simulation = new Simulation<>(scenario, subject);
        simulation.cluster.trace().echo(echo);
        return simulation.run();
    }

    private SimulationResult run() {
        cluster.onEveryLeader(this::onLeader);
        cluster.startAll();
        nemesis.carryOut(scenario.plan());
        workload.start();
        cluster.startCompanions();
        boolean fine = cluster.runUntil(scenario.faultyTime());
        if (fine) {
            checkCalm();
            workload.stop();
            cluster.stopCompanions();
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
                workload.acknowledged(),
                cluster.scheduler().hash(),
                cluster.failure().map(failure -> FailureReport.of(scenario, cluster, workload, failure)));
    }

    private void onLeader(SimMember<R> leader) {
        Server server = leader.server();
        int priority = server == null ? 0 : server.configuration().priority(leader.id());
        elections++;
        handovers += priority > leadersPriority ? 1 : 0;
        leadersPriority = priority;
    }

    /**
     * Leadership may go to somebody who is wanted more, and from there on to somebody who is wanted still more, if that one
     * was a message behind before. Of priorities there are only a few, so this ends.
     */
    private void checkCalm() {
        boolean calm = scenario.profile() == Scenario.Profile.CALM
                && scenario.plan().kinds().isEmpty(); // Faults that were asked for come on top.
        if (calm && elections > MAX_ELECTIONS_WHEN_CALM + handovers) {
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
        if (!await(patience, () -> workload.pending() == 0)) {
            stuck("L2 every call is answered; " + workload.pending() + " are not");
            return;
        }
        readyLeader().ifPresent(workload::writeOnce);
        if (!await(patience, () -> workload.pending() == 0 && allAgree())) {
            stuck("L3 all members have the same; calls pending: " + workload.pending());
            return;
        }
        workload.readEverywhere();
        if (!await(patience, () -> workload.pending() == 0)) {
            stuck("L4 every member serves reads; pending: " + workload.pending());
            return;
        }
        if (!await(patience, cluster::companionsHaveComeTogether)) {
            stuck("L6 the groups beside are well, too");
            return;
        }
        if (scenario.config().idleGroupsGoQuiet() && !restsAndFailsOver(timeout, patience)) {
            return;
        }
        if (!await(patience, () -> leftovers().isEmpty())) {
            stuck("L5 queues are empty and files closed: " + leftovers());
        }
    }

    /** Left alone long enough to go quiet, the members leave each other in peace; when the leader dies they notice. */
    private boolean restsAndFailsOver(long timeout, long patience) {
        if (!await(patience, this::allStay)) {
            stuck("L9 who was asked to stop has stopped");
            return false;
        }
        SimMember<R> leader = readyLeader().orElse(null);
        Server leading = leader == null ? null : leader.server();
        if (leading == null || leading.configuration().voters().size() < 3 || !allAgree()) {
            return true;
        }
        long term = leading.term();
        cluster.runUntil(cluster.scheduler().now() + REST_TIMEOUTS * timeout);
        long termNow = readyLeader().map(SimMember::server).map(Server::term).orElse(0L);
        if (!cluster.prefersLeaders() && termNow != term) {
            stuck("L7 members at rest leave each other in peace");
            return false;
        }
        readyLeader().ifPresent(after -> after.crash("after a rest"));
        long end = cluster.scheduler().now() + MAX_FAILOVER_TIMEOUTS * timeout;
        while (cluster.scheduler().now() < end && readyLeader().isEmpty()) {
            if (!cluster.runUntil(cluster.scheduler().now() + 20 * MILLIS)) {
                return false;
            }
        }
        if (readyLeader().isEmpty()) {
            stuck("L8 a leader that dies after a rest is followed by another");
            return false;
        }
        if (!await(patience, () -> allAgree() && cluster.companionsHaveComeTogether())) {
            stuck("L3 all members have the same after that");
            return false;
        }
        return true;
    }

    /** Tells if nobody is down, nor on the way there. */
    private boolean allStay() {
        return cluster.members().values().stream()
                .allMatch(member -> member.isGivenUp() || (member.isUp() && !member.isStopping()));
    }

    /** What members still hold although nobody wants anything of them. */
    private String leftovers() {
        StringBuilder held = new StringBuilder();
        for (SimMember<R> member : cluster.members().values()) {
            SimWorkers workers = member.workers();
            int queued = workers == null ? 0 : workers.queued();
            if (queued > MAX_TASKS_AT_REST * (1 + scenario.companions())) {
                held.append(String.format("n%d has %d tasks; ", member.id(), queued));
            }
            for (Metric calls : List.of(Metric.PENDING_PROPOSALS, Metric.PENDING_READS)) {
                if (takesPart(member) && member.gauge(calls) != 0) {
                    held.append(String.format("n%d has %d %s; ", member.id(), member.gauge(calls), calls));
                }
            }
            member.disk().openFiles().forEach((file, times) -> {
                if (times > MAX_TIMES_OPEN || file.equals(SimDisk.DELETED)) {
                    held.append(String.format("n%d has %s open %d times; ", member.id(), file, times));
                }
            });
        }
        return held.toString();
    }

    /** Who is no member, whether it knows or not, waits for an answer as long as somebody wants one. */
    private boolean takesPart(SimMember<R> member) {
        Server server = member.server();
        Server leading = readyLeader().map(SimMember::server).orElse(server);
        return server != null
                && leading != null
                && server.configuration().contains(member.id())
                && leading.configuration().contains(member.id());
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

    private Optional<SimMember<R>> readyLeader() {
        return cluster.leader().filter(leader -> {
            Server server = leader.server();
            return server != null && server.isReady();
        });
    }

    private boolean allAgree() {
        SimMember<R> leader = readyLeader().orElse(null);
        Server leading = leader == null ? null : leader.server();
        StateMachine<R> expected = leader == null ? null : leader.machine();
        if (leading == null || expected == null) {
            return false;
        }
        Configuration configuration = leading.configuration();
        if (configuration.isJoint() || leading.commitIndex() < leading.lastIndex()) {
            return false;
        }
        for (SimMember<R> member : cluster.members().values()) {
            Server server = member.server();
            StateMachine<R> machine = member.machine();
            if (!configuration.contains(member.id()) || member.isGivenUp()) {
                continue;
            }
            boolean same = server != null
                    && server.appliedIndex() == leading.lastIndex()
                    && machine != null
                    && workload.alike(machine, expected);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private void checkHistory() {
        try {
            workload.checkAtEnd();
        } catch (AssertionError wrong) {
            cluster.failed(wrong);
        }
    }
}
