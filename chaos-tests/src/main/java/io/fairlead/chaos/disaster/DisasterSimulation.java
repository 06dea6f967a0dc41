package io.fairlead.chaos.disaster;

import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.faults.FaultKind;
import io.fairlead.chaos.faults.Nemesis;
import io.fairlead.chaos.invariant.ClusterLog;
import io.fairlead.chaos.invariant.DurableImage;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RecoveryPlan;
import io.fairlead.raft.Survivor;
import io.fairlead.raft.Survivor.GroupState;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.runtime.OfflineGroups;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.storage.LogInspector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One disaster: a cluster lives through faults, then all its machines die, a majority of them for good, as far as the
 * operator knows. The cluster goes on with a survivor, under another number; old members come back with the data they had,
 * all of them if it so happens, and others join. Both clusters are held to all invariants, each to its own.
 *
 * <p>What may be lost is what was acknowledged and is not in the survivor's log; the tool has to have named it. Among
 * several survivors none is chosen that lacks what another one has of what is committed.
 *
 * <p><b>Threads:</b> one.
 */
public final class DisasterSimulation {
    private static final long MILLIS = 1_000_000;
    private static final long LABEL = 14;
    private static final long NUMBERS_OF_THE_NEW = 1L << 40;
    private static final Set<FaultKind> KINDS = EnumSet.of(
            FaultKind.NET_DELAY,
            FaultKind.NET_LOSS,
            FaultKind.NET_OLD_TERM,
            FaultKind.PART_ISOLATE,
            FaultKind.PART_SPLIT,
            FaultKind.PROC_CRASH,
            FaultKind.PROC_TRIGGER,
            FaultKind.DISK_CRASH,
            FaultKind.DISK_SLOW,
            FaultKind.CONFIG_CHANGE,
            FaultKind.CONFIG_TRANSFER,
            FaultKind.SNAPSHOT);

    private final Scenario scenario;
    private final SimCluster<Long> cluster;
    private final Randomness random;
    private final Nemesis nemesis;
    private final long patience;
    private final TreeSet<Long> welcome = new TreeSet<>();
    private boolean recovered;
    private long lost;
    private long returned;
    private long acknowledged;

    /**
     * What came of a disaster.
     *
     * @param failure what was wrong; empty if nothing was
     * @param recovered whether a survivor was found to go on with
     * @param lost how many acknowledged writes were lost, by right
     * @param returned how many old members came back
     * @param acknowledged how many writes the new cluster took
     */
    public record Outcome(String failure, boolean recovered, long lost, long returned, long acknowledged) {}

    private DisasterSimulation(long seed, boolean echo) {
        this.scenario = Scenario.of(seed, new Scenario.Limits(3, 5, KINDS));
        this.random = Randomness.of(seed, "disaster");
        this.cluster = new SimCluster<>(
                seed,
                scenario.config(),
                scenario.voters(),
                scenario.spares() + 2,
                scenario.maxDrift(),
                member -> new Journal());
        cluster.trace().echo(echo);
        this.nemesis = new Nemesis(cluster);
        this.patience = 100 * scenario.config().electionTimeout().toNanos() + 10_000 * MILLIS;
    }

    /**
     * Runs the disaster of a seed. Ids of what can be found beside Raft's: D1 the tool objects to every survivor; D2
     * something is lost that must not be; D3 an old member is let back; D4 the cluster does not go on; D5 the tool did not
     * say what may be lost.
     */
    public static Outcome run(long seed, boolean echo) {
        DisasterSimulation simulation = new DisasterSimulation(seed, echo);
        try {
            simulation.run();
        } catch (AssertionError violation) {
            simulation.cluster.failed(violation);
        } catch (IOException e) {
            simulation.cluster.failed(new AssertionError("D4 the cluster does not go on: " + e, e));
        }
        return simulation.outcome();
    }

    private Outcome outcome() {
        String failure = cluster.failure()
                .map(cause -> cause.getMessage() + "\nseed " + scenario.seed() + "\n" + cluster.status())
                .orElse("");
        return new Outcome(failure, recovered, lost, returned, acknowledged);
    }

    private void run() throws IOException {
        cluster.startAll();
        nemesis.carryOut(scenario.plan());
        JournalClients clients = new JournalClients(cluster, SimCluster.CLUSTER, 1);
        if (!cluster.runUntil(scenario.faultyTime())) {
            return;
        }
        nemesis.end();
        SimMember<Long> cutOff = cutOffALeader();
        cluster.members().values().forEach(member -> member.crash("a disaster"));
        clients.stop();
        List<SimMember<Long>> survivors = survivors(cutOff);
        if (survivors.isEmpty()) {
            return; // The membership is such that nobody can be without a majority, or on the way to be so.
        }
        Operator operator = new Operator(cluster);
        Optional<Operator.Recovered> done = operator.recover(survivors);
        if (done.isPresent()) {
            goOn(done.get(), clients, survivors);
        } else if (operator.objections().stream().noneMatch(each -> each.contains("are a majority in every group"))) {
            stuck("D1 the tool objects to every survivor: " + operator.objections());
        }
    }

    /** Often a leader goes on alone for a while, and what it writes is not what the others commit meanwhile. */
    private @Nullable SimMember<Long> cutOffALeader() {
        SimMember<Long> leader = cluster.leader().orElse(null);
        if (leader == null || random.chance(0.5)) {
            return null;
        }
        cut(leader, true);
        cluster.runUntil(cluster.scheduler().now() + random.between(500L, 3_000L) * MILLIS);
        cut(leader, false);
        return leader;
    }

    private void cut(SimMember<Long> member, boolean off) {
        for (Long other : cluster.members().keySet()) {
            cluster.network().link(member.id(), other).blocked = off;
            cluster.network().link(other, member.id()).blocked = off;
        }
    }

    /** A minority of the voters, in the configuration that all of them know; the others are lost, or seem to be. */
    private List<SimMember<Long>> survivors(@Nullable SimMember<Long> likely) throws IOException {
        List<SimMember<Long>> all = new ArrayList<>();
        TreeSet<Long> voters = new TreeSet<>();
        for (SimMember<Long> member : cluster.members().values()) {
            if (member.disk().files().containsKey("member")) {
                Survivor report = Survivor.in(mount(member));
                Optional<GroupState> group = report.group(SimCluster.GROUP);
                if (group.isPresent() && group.get().configuration().isVoter(member.id())) {
                    all.add(member);
                    voters.addAll(group.get().configuration().voters());
                    voters.addAll(group.get().configuration().outgoingVoters());
                }
            }
        }
        random.shuffle(all);
        if (likely != null && random.chance(0.7) && all.remove(likely)) {
            all.add(0, likely);
        }
        int most = (voters.size() - 1) / 2;
        return most == 0 || all.isEmpty()
                ? List.of()
                : List.copyOf(all.subList(0, Math.min(all.size(), (int) random.between(1L, most))));
    }

    // ------------------------------------------------------------------------------------ the cluster goes on

    private void goOn(Operator.Recovered done, JournalClients before, List<SimMember<Long>> survivors)
            throws IOException {
        recovered = true;
        SimMember<Long> base = done.base();
        long clusterId = done.clusterId();
        GroupState had = done.before().group(SimCluster.GROUP).orElseThrow();
        DurableImage log = base.durable().copy();
        checkComparison(had, base, survivors);
        JournalClients clients = rename(base, clusterId);
        if (cluster.failure().isPresent() || !await(() -> leads(base))) {
            stuck("D4 the cluster does not go on: the survivor does not lead");
            return;
        }
        welcome.add(base.id());
        List<SimMember<Long>> old = cluster.members().values().stream()
                .filter(member -> member != base && member.disk().files().containsKey("member"))
                .toList();
        for (SimMember<Long> member : old) {
            later(() -> comeBack(member, clusterId));
        }
        if (!await(() -> true) || !join(base, clusterId)) {
            return;
        }
        cluster.runUntil(cluster.scheduler().now() + 8_000 * MILLIS);
        if (random.chance(0.5)) {
            base.crash("once more");
            base.start();
        }
        cluster.runUntil(cluster.scheduler().now() + 4_000 * MILLIS);
        clients.stop();
        if (!await(() -> allAgree(clusterId))) {
            stuck("D4 the cluster does not go on: its members do not come together");
            return;
        }
        acknowledged = clients.acknowledged().size();
        checkContent(done.plan(), log, before, clients, numbersOf(base));
    }

    /** The survivor's next lives are those of a member of another cluster. */
    private JournalClients rename(SimMember<Long> base, long clusterId) throws IOException {
        LogStore.Recovered log =
                new LogInspector(mount(base), OfflineGroups.directoryOf(SimCluster.GROUP) + "/log").recovered();
        base.isOf(clusterId);
        base.diskChanged();
        cluster.goesOnAs(clusterId, log.beforeFirst(), log.last().index());
        base.start();
        return new JournalClients(cluster, clusterId, NUMBERS_OF_THE_NEW);
    }

    private static Disk mount(SimMember<Long> member) {
        return member.disk().mount((operation, path, bytes) -> {});
    }

    private boolean leads(SimMember<Long> member) {
        Server server = member.server();
        return server != null && member.leads() && server.isReady();
    }

    private void later(Runnable action) {
        cluster.scheduler().after(random.below(9_000) * MILLIS, LABEL, action);
    }

    /** An old member comes back with its old data, after somebody has tried to have it take part in the new cluster. */
    private void comeBack(SimMember<Long> member, long clusterId) {
        if (random.chance(0.3) || member.isUp()) {
            return; // Lost indeed.
        }
        member.isOf(clusterId);
        if (member.startsWrongly()) {
            cluster.failed(new AssertionError("D3 an old member is let back: " + member));
        }
        member.isOf(SimCluster.CLUSTER);
        member.start();
        returned++;
    }

    /** Members join that have never been in any cluster, two at most. */
    private boolean join(SimMember<Long> base, long clusterId) {
        List<Member> voters = new ArrayList<>();
        voters.add(SimCluster.memberOf(base.id()));
        for (SimMember<Long> member : cluster.members().values()) {
            if (voters.size() < 3 && !member.disk().files().containsKey("member")) {
                voters.add(SimCluster.memberOf(member.id()));
                welcome.add(member.id());
                member.isOf(clusterId);
                member.start();
            }
        }
        boolean[] done = {voters.size() == 1};
        boolean[] asked = {false};
        boolean joined = await(() -> {
            RaftGroup<Long> group = base.group();
            if (!done[0] && !asked[0] && group != null) {
                asked[0] = true;
                group.changeMembership(new Membership(voters, List.of()), -1)
                        .handle((configuration, failure) -> {
                            done[0] = failure == null;
                            asked[0] = false;
                            return done[0];
                        })
                        .toCompletableFuture()
                        .isDone();
            }
            return done[0];
        });
        if (!joined) {
            stuck("D4 the cluster does not go on: nobody can join");
        }
        return joined;
    }

    private void stuck(String what) {
        if (cluster.failure().isEmpty()) {
            cluster.failed(new AssertionError(what));
        }
    }

    private interface Condition {
        boolean holds();
    }

    private boolean await(Condition condition) {
        long end = cluster.scheduler().now() + patience;
        while (cluster.scheduler().now() < end) {
            if (!cluster.runUntil(cluster.scheduler().now() + 20 * MILLIS)) {
                return false;
            }
            checkMembers();
            if (condition.holds()) {
                return true;
            }
        }
        return false;
    }

    private boolean allAgree(long clusterId) {
        SortedMap<Long, Long> expected = null;
        for (Long id : welcome) {
            SimMember<Long> member = cluster.member(id);
            Server server = member.server();
            if (member.clusterId() != clusterId || server == null || server.appliedIndex() < server.lastIndex()) {
                return false;
            }
            SortedMap<Long, Long> numbers = numbersOf(member);
            if (expected != null && !expected.equals(numbers)) {
                return false;
            }
            expected = numbers;
        }
        return true;
    }

    private static SortedMap<Long, Long> numbersOf(SimMember<Long> member) {
        return member.machine() instanceof Journal journal ? journal.numbers() : new java.util.TreeMap<>();
    }

    // ------------------------------------------------------------------------------------------- what must hold

    /** Nobody is in the new cluster's configurations but the survivor and who was added to it. */
    private void checkMembers() {
        for (Long id : welcome) {
            Server server = cluster.member(id).server();
            if (server != null
                    && server.leader() != 0
                    && !welcome.containsAll(server.configuration().voters())) {
                cluster.failed(new AssertionError(
                        "D3 an old member is let back: " + cluster.member(id).statusLine()));
            }
        }
    }

    /** Whoever the tool prefers has whatever the others have of what is known to be committed. */
    private void checkComparison(GroupState had, SimMember<Long> base, List<SimMember<Long>> survivors) {
        ClusterLog logs = cluster.checks().logs();
        for (SimMember<Long> other : survivors) {
            for (long index = 1; index <= logs.committed(); index++) {
                EntryId committed = logs.committedAt(index);
                if (other.durable().holds(committed) && !base.durable().holds(committed)) {
                    throw new AssertionError("D2 something is lost that must not be: entry " + committed
                            + ", which survivor " + other.id() + " had; the base ends with " + had.last());
                }
            }
        }
    }

    /** The entry behind which, as the tool says, something may be lost. */
    private static long announcedLoss(RecoveryPlan plan) {
        Pattern sentence = Pattern.compile("whatever the others have committed behind entry (\\d+) .*lost");
        return plan.consequences().stream()
                .map(sentence::matcher)
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private void checkContent(
            RecoveryPlan plan,
            DurableImage log,
            JournalClients before,
            JournalClients clients,
            SortedMap<Long, Long> numbers) {
        ClusterLog logs = cluster.checks().logs();
        GroupState had = plan.base().group(SimCluster.GROUP).orElseThrow();
        long announced = announcedLoss(plan);
        before.acknowledged().forEach((index, number) -> {
            boolean mayBeLost = index > had.commitIndex() && !log.holds(logs.committedAt(index));
            boolean isLost = !number.equals(numbers.get(index));
            lost += isLost ? 1 : 0;
            if (isLost && index <= announced) {
                throw new AssertionError("D5 the tool did not say what may be lost: the write at " + index + " is, but "
                        + plan.consequences());
            }
            if (isLost && !mayBeLost) {
                throw new AssertionError("D2 something is lost that must not be: the write at " + index
                        + "; the survivor knew of commits up to " + had.commitIndex() + " and had " + had.last());
            }
        });
        clients.acknowledged().forEach((index, number) -> {
            if (!number.equals(numbers.get(index))) {
                throw new AssertionError("D2 something is lost that must not be: the write at " + index
                        + ", acknowledged by the new cluster");
            }
        });
        if (new TreeSet<>(numbers.values()).size() < numbers.size()) {
            throw new AssertionError("D2 a number was written twice");
        }
        numbers.forEach((index, number) -> {
            boolean known =
                    index <= had.last().index() ? before.mayHaveWritten(number) : clients.mayHaveWritten(number);
            if (!known) {
                throw new AssertionError("D3 an old member is let back: entry " + index
                        + " of the new cluster was written in the other one");
            }
        });
    }
}
