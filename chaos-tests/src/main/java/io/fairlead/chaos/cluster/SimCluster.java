package io.fairlead.chaos.cluster;

import io.fairlead.chaos.invariant.Invariants;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.Scheduler;
import io.fairlead.chaos.sim.SimNetwork;
import io.fairlead.chaos.sim.SimTasks;
import io.fairlead.chaos.sim.Trace;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.spi.StateMachine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cluster on virtual time. Invariants are checked after every event; the first failure of any kind stops the run.
 *
 * <p><b>Threads:</b> one.
 *
 * @param <R> what the state machine answers
 */
public final class SimCluster<R> {
    /** The number of the one group that all members are in. */
    public static final long GROUP = 1;

    /** The number of the cluster that the members found. */
    public static final long CLUSTER = 1;

    private static final int TRACED_EVENTS = 4096;

    private final boolean prefersLeaders;
    private final long seed;
    private final RaftConfig config;
    private final LongFunction<StateMachine<R>> machines;
    private final Scheduler scheduler;
    private final SimTasks tasks;
    private final Trace trace;
    private final SimNetwork network;
    private final TreeMap<Long, SimMember<R>> members = new TreeMap<>();
    private final List<SimMember<R>> byId;
    private final int founders;
    private final TreeMap<Long, Invariants> checks = new TreeMap<>();
    private final List<Companion> companions = new ArrayList<>();
    private final List<Consumer<SimMember<R>>> leaderObservers = new ArrayList<>();
    private @Nullable Throwable failure;

    /**
     * Makes a cluster; nobody is started.
     *
     * @param voters how many members found the group; ids count from 1
     * @param spares how many more may join later
     * @param maxDrift by which fraction clocks may be fast or slow
     * @param machines makes the state machine of a member's next life
     */
    public SimCluster(
            long seed,
            RaftConfig config,
            int voters,
            int spares,
            double maxDrift,
            LongFunction<StateMachine<R>> machines) {
        this.seed = seed;
        this.config = config;
        this.machines = machines;
        this.scheduler = new Scheduler(seed);
        this.tasks = new SimTasks(scheduler);
        this.trace = new Trace(scheduler, TRACED_EVENTS);
        this.network = new SimNetwork(scheduler, tasks, trace, Randomness.of(seed, "network"));
        Randomness drift = Randomness.of(seed, "drift");
        Randomness preferences = Randomness.of(seed, "preferences");
        List<Member> first = new ArrayList<>();
        for (long id = 1; id <= voters; id++) {
            int priority = preferences.chance(0.2) ? preferences.between(1, 3) : Member.DEFAULT_PRIORITY;
            first.add(new Member(id, addressOf(id), 0, priority));
        }
        this.prefersLeaders =
                first.stream().mapToInt(Member::priority).distinct().count() > 1;
        Membership founding = new Membership(first, List.of())
                .withLeaderLease(Randomness.of(seed, "leases").chance(0.4));
        Membership joining = new Membership(List.of(), List.of());
        for (long id = 1; id <= voters + spares; id++) {
            double rate = 1 + (2 * drift.unit() - 1) * maxDrift;
            members.put(id, new SimMember<>(this, id, id <= voters ? founding : joining, rate));
        }
        byId = List.copyOf(members.values());
        this.founders = voters;
        checks.put(CLUSTER, new Invariants(members));
        network.onEverySend((message, group) -> {
            if (group == GROUP) {
                member(message.from()).onSend(message);
            } else if (group > GROUP && group <= GROUP + companions.size()) {
                invariants(() -> companions.get((int) (group - GROUP) - 1).onSend(message));
            }
        });
        scheduler.afterEachEvent(this::afterEvent);
    }

    /** Gives the founders more groups that they share their processes with; before anybody is started. */
    public void addCompanions(int count) {
        for (int i = 0; i < count; i++) {
            Companion companion = new Companion(this, GROUP + companions.size() + 1);
            byId.subList(0, founders).forEach(companion::add);
            companions.add(companion);
        }
    }

    List<Companion> companions() {
        return companions;
    }

    /** Somebody asks for something in the companions now and then. */
    public void startCompanions() {
        companions.forEach(Companion::start);
    }

    /** Nobody asks for anything in the companions any more. */
    public void stopCompanions() {
        companions.forEach(Companion::stop);
    }

    /** Tells if the members of each companion are up and hold the same, or cannot because one of them is given up. */
    public boolean companionsHaveComeTogether() {
        return byId.subList(0, founders).stream().anyMatch(SimMember::isGivenUp)
                || companions.stream().allMatch(Companion::hasComeTogether);
    }

    /** Tells if some founders are wanted more as leaders than others, so that leadership goes to them when it can. */
    public boolean prefersLeaders() {
        return prefersLeaders;
    }

    static String addressOf(long id) {
        return "n" + id;
    }

    /** Where this member of the cluster would be reached. */
    public static Member memberOf(long id) {
        return Member.of(id, addressOf(id));
    }

    /** The seed that decides everything. */
    public long seed() {
        return seed;
    }

    /** What all members are configured with. */
    public RaftConfig config() {
        return config;
    }

    /** Virtual time. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** Between the members. */
    public SimNetwork network() {
        return network;
    }

    /** What happened last. */
    public Trace trace() {
        return trace;
    }

    /** All members by id, those that are down included. */
    public SortedMap<Long, SimMember<R>> members() {
        return Collections.unmodifiableSortedMap(members);
    }

    /** A member. */
    public SimMember<R> member(long id) {
        if (id < 1 || id > byId.size()) {
            throw new IllegalArgumentException("no member " + id);
        }
        return byId.get((int) id - 1);
    }

    /** How many members found the group; their ids count from 1. */
    public int founders() {
        return founders;
    }

    /** The invariants of the cluster that was founded. */
    public Invariants checks() {
        return checks(CLUSTER);
    }

    /** The invariants of a cluster. */
    public Invariants checks(long clusterId) {
        return Objects.requireNonNull(checks.get(clusterId));
    }

    /** From here on there is a cluster of this number, too: {@link Invariants#Invariants(Map, EntryId, long)}. */
    public void goesOnAs(long clusterId, EntryId beforeFirst, long forcedIndex) {
        checks.computeIfAbsent(clusterId, any -> new Invariants(members, beforeFirst, forcedIndex));
    }

    /** Called whenever a member becomes leader. */
    public void onEveryLeader(Consumer<SimMember<R>> observer) {
        leaderObservers.add(observer);
    }

    SimTasks tasks() {
        return tasks;
    }

    StateMachine<R> newMachine(long member) {
        return machines.apply(member);
    }

    void onLeader(SimMember<R> leader) {
        leaderObservers.forEach(observer -> observer.accept(leader));
    }

    /** Stops the run: something is wrong. Only the first time counts. */
    public void failed(Throwable cause) {
        if (failure == null) {
            failure = cause;
            trace.add(0, "FAILED:", cause);
        }
    }

    /** What went wrong, if anything. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Tells if nothing went wrong so far. */
    boolean isFine() {
        return failure == null;
    }

    /** Checks something; a violation stops the run instead of the member that happens to be at work. */
    void invariants(Runnable check) {
        if (failure == null) {
            try {
                check.run();
            } catch (AssertionError violation) {
                failed(violation);
            }
        }
    }

    private void afterEvent() {
        long touched = tasks.takeTouched();
        if (touched == 0 || !isFine()) {
            return;
        }
        SimMember<R> member = member(touched);
        if (!member.isUp()) {
            return;
        }
        try {
            member.checks().afterStep(member);
            for (int i = 0; i < companions.size(); i++) {
                companions.get(i).afterStep(touched);
            }
        } catch (AssertionError violation) {
            failed(violation);
        }
    }

    /** Starts all founders. */
    public void startAll() {
        members.values().forEach(SimMember::start);
    }

    /** Lets time pass until {@code time}, or until something is wrong; false says that something is. */
    public boolean runUntil(long time) {
        while (failure == null && scheduler.step(time)) {}
        if (failure == null) {
            scheduler.runUntil(time);
        }
        return failure == null;
    }

    /** The member that leads the latest term, as an observer outside of time sees it. */
    public Optional<SimMember<R>> leader() {
        SimMember<R> best = null;
        long bestTerm = 0;
        for (SimMember<R> member : members.values()) {
            Server server = member.server();
            if (server != null && member.leads() && server.term() > bestTerm) {
                best = member;
                bestTerm = server.term();
            }
        }
        return Optional.ofNullable(best);
    }

    /** One line per member. */
    public String status() {
        StringBuilder text = new StringBuilder();
        members.values().forEach(member -> text.append(member.statusLine()).append('\n'));
        return text.toString();
    }
}
