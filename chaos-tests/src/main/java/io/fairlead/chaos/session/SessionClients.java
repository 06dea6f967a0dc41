package io.fairlead.chaos.session;

import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.chaos.sim.SimWorkers;
import io.fairlead.chaos.workload.MapClients;
import io.fairlead.chaos.workload.Subject;
import io.fairlead.chaos.workload.Workload;
import io.fairlead.raft.Consistency;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.session.Answer;
import io.fairlead.raft.session.ResultCodec;
import io.fairlead.raft.session.SessionConfig;
import io.fairlead.raft.session.SessionGroup;
import io.fairlead.raft.session.SessionMachine;
import io.fairlead.raft.spi.StateMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Clients with sessions: each has several commands under way, and outlives the members that it talks to.
 *
 * <p><b>Threads:</b> one.
 */
public final class SessionClients implements Workload<Answer<Long>> {
    private static final double ON_DISK = 0.3;

    private final SimCluster<Answer<Long>> cluster;
    private final MapClients.Load load;
    private final SessionJudge judge;
    private final Randomness random;
    private final SessionConfig<Long> config;
    private final double restlessness;
    private final Map<Long, Door> doors = new HashMap<>();
    private final List<SessionClient> clients = new ArrayList<>();
    private boolean running;
    private long nextSerial = 1;
    private int otherCalls;
    private long acknowledged;
    private long refused;
    private long unknown;
    private long expired;

    /** Sessions on top of one life of one member. */
    record Door(SimMember<Answer<Long>> member, int life, SessionGroup<Long> group) {
        boolean isOpen() {
            return member.life() == life && member.group() != null;
        }
    }

    private SessionClients(SimCluster<Answer<Long>> cluster, MapClients.Load load, SessionJudge judge) {
        this.cluster = cluster;
        this.load = load;
        this.judge = judge;
        this.random = Randomness.of(cluster.seed(), "session clients");
        this.config = SessionConfig.builder(ResultCodec.LONG)
                .timeout(Duration.ofNanos(random.logUniform(300_000_000, 6_000_000_000L)))
                .maxSessions((int) random.logUniform(1, 3L * load.clients()))
                .maxUnanswered((int) random.logUniform(1, 16))
                .patience(Duration.ofNanos(random.logUniform(1_000_000_000, 20_000_000_000L)))
                .build();
        this.restlessness = random.pick(List.of(0.01, 0.2, 1.0));
        judge.watch(cluster);
    }

    /**
     * What a run of sessions is about.
     *
     * @param mayLoseDisks whether disks are replaced, so that state machines had better not live in files
     */
    public static Subject<Answer<Long>> subject(long seed, MapClients.Load load, boolean mayLoseDisks) {
        SessionJudge judge = new SessionJudge();
        Map<Long, TallyOnDisk.Files> files = new HashMap<>();
        boolean onDisk = !mayLoseDisks && Randomness.of(seed, "tally").chance(ON_DISK);
        return new Subject<>(
                member -> {
                    Tally tally = onDisk
                            ? new TallyOnDisk(
                                    member,
                                    judge,
                                    files.computeIfAbsent(member, none -> new TallyOnDisk.Files()),
                                    Randomness.of(seed, "flushes", member))
                            : new Tally(member, judge);
                    return new JudgedSessions(member, new SessionMachine<>(tally, ResultCodec.LONG), judge);
                },
                cluster -> new SessionClients(cluster, load, judge));
    }

    @Override
    public void start() {
        running = true;
        for (int i = 0; i < load.clients(); i++) {
            SessionClient client = new SessionClient(this, i);
            clients.add(client);
            client.think();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    boolean isRunning() {
        return running;
    }

    SimCluster<Answer<Long>> cluster() {
        return cluster;
    }

    MapClients.Load load() {
        return load;
    }

    SessionConfig<Long> config() {
        return config;
    }

    /** How much more often than not a client does something else than propose; 1 is often. */
    double restlessness() {
        return restlessness;
    }

    SessionJudge judge() {
        return judge;
    }

    long newSerial() {
        return nextSerial++;
    }

    void countResult() {
        acknowledged++;
    }

    void countRefusal() {
        refused++;
    }

    void countUnknown() {
        unknown++;
    }

    void countExpired() {
        expired++;
    }

    /** Sessions on a member that is up, drawn at random. */
    Optional<Door> anyDoor(Randomness choice) {
        List<SimMember<Answer<Long>>> up = new ArrayList<>();
        cluster.members().values().stream()
                .filter(member -> member.group() != null)
                .forEach(up::add);
        return up.isEmpty() ? Optional.empty() : Optional.of(doorOf(choice.pick(up)));
    }

    private Door doorOf(SimMember<Answer<Long>> member) {
        Door door = doors.get(member.id());
        if (door == null || !door.isOpen()) {
            RaftGroup<Answer<Long>> group = member.group();
            SimWorkers workers = member.workers();
            if (group == null || workers == null || !(member.machine() instanceof JudgedSessions machine)) {
                throw new IllegalStateException("member " + member.id() + " is down");
            }
            door = new Door(
                    member,
                    member.life(),
                    new SessionGroup<>(group, machine.real(), config, member.clock(), workers.start("raft-session")));
            doors.put(member.id(), door);
        }
        return door;
    }

    @Override
    public int pending() {
        return otherCalls + clients.stream().mapToInt(SessionClient::unanswered).sum();
    }

    @Override
    public void writeOnce(SimMember<Answer<Long>> member) {
        if (member.group() != null) {
            await(doorOf(member).group().propose(Tally.command(newSerial())));
        }
    }

    @Override
    public void readEverywhere() {
        for (SimMember<Answer<Long>> member : cluster.members().values()) {
            RaftGroup<Answer<Long>> group = member.group();
            if (group != null) {
                await(group.readBarrier(Consistency.LINEARIZABLE));
            }
        }
    }

    private void await(CompletionStage<Long> call) {
        otherCalls++;
        BiConsumer<@Nullable Long, @Nullable Throwable> end = (result, failure) -> otherCalls--;
        call.whenComplete(end);
    }

    @Override
    public boolean alike(StateMachine<Answer<Long>> one, StateMachine<Answer<Long>> other) {
        return one instanceof JudgedSessions first
                && other instanceof JudgedSessions second
                && Arrays.equals(first.state(), second.state());
    }

    /** All that can be wrong was noticed when it happened. */
    @Override
    public void checkAtEnd() {}

    @Override
    public long acknowledged() {
        return acknowledged;
    }

    @Override
    public String options() {
        return SessionSimulation.OPTION;
    }

    @Override
    public String summary() {
        return acknowledged + " acknowledged, " + refused + " refused, " + unknown + " unknown, " + expired
                + " of expired sessions";
    }
}
