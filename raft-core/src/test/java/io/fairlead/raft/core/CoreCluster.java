package io.fairlead.raft.core;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Refusal;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.message.Standing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Several cores on virtual time, with a network that delays, loses and repeats, and disks that forget what was not
 * synced. Checks figure 3 of the paper after every event.
 */
final class CoreCluster {
    static final long MILLIS = 1_000_000;
    static final long E = 150 * MILLIS;

    final Map<Long, Node> nodes = new TreeMap<>();
    final SplitMix random;
    long now = 1_000_000_000L;

    /** Chance of loss and of repetition, in percent. */
    int lossPercent;

    int repeatPercent;
    long maxDelayNanos = 5 * MILLIS;
    Predicate<RaftMessage> filter = message -> true;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Long, Long> leaderOfTerm = new TreeMap<>();
    private final TreeMap<Long, EntryId> committed = new TreeMap<>();
    private final Map<Long, Long> appliedPayload = new TreeMap<>();
    private final TreeSet<Long> cut = new TreeSet<>();

    private record Event(long time, long tieBreak, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(tieBreak, other.tieBreak);
        }
    }

    CoreCluster(long seed, int voters) {
        random = new SplitMix(seed);
        List<Member> members = new ArrayList<>();
        for (long id = 1; id <= voters; id++) {
            members.add(Member.of(id, "n" + id));
        }
        for (long id = 1; id <= voters; id++) {
            nodes.put(id, new Node(id, Configuration.ofVoters(members)));
        }
        nodes.values().forEach(Node::start);
    }

    Node node(long id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no node " + id);
        }
        return node;
    }

    void at(long delay, Runnable action) {
        events.add(new Event(now + delay, random.next(), action));
    }

    /** Cuts a node off from all others. */
    void isolate(long id) {
        cut.add(id);
    }

    void heal() {
        cut.clear();
    }

    void run(long nanos) {
        long end = now + nanos;
        while (true) {
            Event event = events.peek();
            if (event == null || event.time() > end) {
                break;
            }
            events.poll();
            now = Math.max(now, event.time());
            event.action().run();
            nodes.values().forEach(this::check);
        }
        now = end;
    }

    Node awaitLeader() {
        for (int i = 0; i < 400; i++) {
            for (Node node : nodes.values()) {
                if (node.up && node.server.isReady() && !cut.contains(node.id)) {
                    return node;
                }
            }
            run(10 * MILLIS);
        }
        throw new AssertionError("no leader after 4 s:\n" + this);
    }

    /** Ends whatever goes wrong, starts who is down, and answers with who leads when all that has settled. */
    Node recover() {
        heal();
        lossPercent = 0;
        repeatPercent = 0;
        maxDelayNanos = MILLIS;
        nodes.values().stream().filter(node -> !node.up).forEach(Node::start);
        run(4 * E); // A transfer that was under way has ended by now.
        return awaitLeader();
    }

    private void send(RaftMessage message) {
        if (!filter.test(message)
                || cut.contains(message.from())
                || cut.contains(message.to())
                || random.below(100) < lossPercent) {
            return;
        }
        int copies = random.below(100) < repeatPercent ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long late = i > 0 && random.below(2) == 0 ? random.below(1_000 * MILLIS) : 0;
            at(50_000 + random.below(maxDelayNanos) + late, () -> {
                Node receiver = nodes.get(message.to());
                if (receiver != null && receiver.up && !cut.contains(message.to())) {
                    receiver.input(() -> receiver.server.onMessage(message, now));
                }
            });
        }
    }

    /** Election safety, leader completeness, log matching and state machine safety (figure 3). */
    private void check(Node node) {
        if (!node.up) {
            return;
        }
        Server server = node.server;
        if (server.role().equals("LEADER")) {
            Long other = leaderOfTerm.putIfAbsent(server.term(), node.id);
            if (other != null && other != node.id) {
                throw new AssertionError("two leaders in term " + server.term() + ": " + other + " and " + node.id);
            }
            if (other == null) {
                committed.forEach((index, id) -> {
                    long term = server.entryId(index).term();
                    if ((term != -1 && term != id.term()) || index > server.lastIndex()) {
                        throw new AssertionError("leader " + node.id + " lacks committed " + id + "\n" + this);
                    }
                });
            }
        }
        for (long i = Math.max(node.checkedCommit + 1, server.firstIndex()); i <= server.commitIndex(); i++) {
            EntryId id = server.entryId(i);
            EntryId known = committed.putIfAbsent(i, id);
            if (known != null && !known.equals(id)) {
                throw new AssertionError("committed " + known + " and " + id + " at " + i + "\n" + this);
            }
        }
        if (server.commitIndex() < node.checkedCommit) {
            throw new AssertionError("commit index fell");
        }
        node.checkedCommit = server.commitIndex();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        nodes.values().forEach(node -> text.append(node).append('\n'));
        return text.toString();
    }

    /** One member: a core, a disk that syncs late, and a state machine that is a list. */
    final class Node implements Outbox {
        final long id;
        final Configuration initial;
        boolean up;

        @SuppressWarnings("NullAway")
        Server server;

        long checkedCommit;
        long syncNanos = MILLIS / 5;

        // The durable image.
        final TreeMap<Long, Entry> log = new TreeMap<>();
        HardState hardState = HardState.INITIAL;
        EntryId beforeFirst = EntryId.ZERO;
        Restored.ConfigurationAt base;

        @Nullable SnapshotMeta snapshot;

        List<Long> snapshotState = List.of();

        // The state machine: in memory.
        List<Long> state = new ArrayList<>();
        long appliedIndex;

        /** What the member knows of its losses; on disk. */
        Standing standing;

        /** Whether the state machine keeps itself on disk. */
        boolean keepsState;

        private final List<PersistBatch> history = new ArrayList<>();

        SortedSet<Long> awaited = new TreeSet<>();
        final List<PersistBatch> writing = new ArrayList<>();
        final Map<Long, Long> reads = new LinkedHashMap<>();
        final Map<Long, Refusal> refusedReads = new LinkedHashMap<>();
        final TreeMap<Long, Refusal> refusedProposals = new TreeMap<>();
        final TreeMap<Long, String> changes = new TreeMap<>();
        final List<String> roles = new ArrayList<>();
        private int life;
        private boolean flushing;
        private @Nullable SnapshotMeta pendingInstall;

        Node(long id, Configuration initial) {
            this.id = id;
            this.initial = initial;
            this.base = new ConfigurationAt(EntryId.ZERO, initial);
            this.standing = initial.voters().size() > 1 ? Standing.UNPROVEN : Standing.WHOLE;
        }

        void start() {
            life++;
            up = true;
            writing.clear();
            pendingInstall = null;
            if (snapshot != null && !holds(snapshot.lastIncluded())) { // The crash came between it and the log.
                restartLog(snapshot.lastIncluded());
                if (hardState.term() < lastTerm()) {
                    hardState = new HardState(lastTerm(), 0, hardState.commitIndex());
                }
            }
            long snapshotIndex = snapshot == null ? 0 : snapshot.lastIncluded().index();
            if (!keepsState || appliedIndex < snapshotIndex) {
                state = new ArrayList<>(snapshotState);
                appliedIndex = snapshotIndex;
            }
            checkedCommit = 0;
            List<Entry> tail = new ArrayList<>(log.values());
            List<EntryId> terms = new ArrayList<>();
            List<ConfigurationAt> configurations = new ArrayList<>(List.of(base));
            for (Entry entry : tail) {
                terms.add(entry.id());
                if (entry.kind() == EntryKind.CONFIGURATION) {
                    configurations.add(new ConfigurationAt(entry.id(), Configuration.decode(entry.payload())));
                }
            }
            EntryId last =
                    tail.isEmpty() ? beforeFirst : tail.get(tail.size() - 1).id();
            boolean fresh = hardState.equals(HardState.INITIAL) && tail.isEmpty();
            server = new Server(
                    new ServerSettings(id, E, 50 * MILLIS, 4096, 16, 1 << 20, 1 << 24, 1 << 20, 2048),
                    new Restored(
                            hardState, beforeFirst, last, terms, configurations, tail, appliedIndex, standing, fresh),
                    random.next(),
                    now,
                    this);
            if (snapshot != null) {
                server.onSnapshotAvailable(snapshot, now);
            }
            scheduleTick();
        }

        /** Kills the process: batches in flight are lost, wholly or from some batch on. */
        void crash() {
            int survive = writing.isEmpty() ? 0 : (int) random.below(writing.size() + 1);
            for (int i = 0; i < survive; i++) {
                write(writing.get(i));
            }
            up = false;
            life++;
        }

        /** The disk of a member that is down loses all batches but the first {@code kept}, and maybe the votes in them. */
        void lose(int kept, boolean votesToo) {
            List<PersistBatch> left = new ArrayList<>(history.subList(0, Math.min(kept, history.size())));
            HardState newest = hardState;
            EntryId compactedTo = beforeFirst;
            log.clear();
            history.clear();
            beforeFirst = EntryId.ZERO;
            hardState = HardState.INITIAL;
            left.forEach(this::write);
            Entry before = log.get(compactedTo.index());
            boolean compactionHolds = before != null && before.id().equals(compactedTo);
            if (compactionHolds) {
                log.headMap(compactedTo.index(), true).clear();
                beforeFirst = compactedTo;
            } else {
                restartLog(compactedTo);
            }
            if (!votesToo) {
                hardState = newest;
            } else if (hardState.term() < lastTerm()) {
                hardState = new HardState(lastTerm(), 0, 0);
            }
            boolean votesKnown = !votesToo && (standing == Standing.WHOLE || standing == Standing.REFILLING);
            standing = votesKnown ? Standing.REFILLING : Standing.IN_DOUBT;
        }

        /** The disk of a member that is down is replaced by an empty one. */
        void wipe() {
            log.clear();
            history.clear();
            hardState = HardState.INITIAL;
            beforeFirst = EntryId.ZERO;
            base = new ConfigurationAt(EntryId.ZERO, initial);
            snapshot = null;
            snapshotState = List.of();
            state = new ArrayList<>();
            appliedIndex = 0;
            standing = Standing.UNPROVEN;
        }

        private boolean holds(EntryId id) {
            Entry there = log.get(id.index());
            return id.index() <= beforeFirst.index()
                    || (there != null && there.id().equals(id));
        }

        private void restartLog(EntryId behind) {
            write(new PersistBatch(0, behind, 0, List.of(), null, false, true, List.of()));
        }

        private long lastTerm() {
            return log.isEmpty()
                    ? beforeFirst.term()
                    : log.lastEntry().getValue().term();
        }

        int batchesWritten() {
            return history.size();
        }

        private void scheduleTick() {
            int thisLife = life;
            at(Math.max(0, Math.min(server.nextDeadlineNanos() - now, 20 * MILLIS)), () -> {
                if (life == thisLife) {
                    input(() -> server.onTick(now));
                    scheduleTick();
                }
            });
        }

        void input(Runnable input) {
            if (flushing) {
                throw new AssertionError("re-entered");
            }
            flushing = true;
            input.run();
            server.flush(now);
            flushing = false;
        }

        void propose(long value) {
            input(() -> server.propose(
                    Entry.proposal(
                            EntryKind.COMMAND, id, value, ByteBuffer.allocate(8).putLong(0, value)),
                    now));
        }

        void read(long readId) {
            input(() -> server.readIndex(readId, now));
        }

        void takeSnapshot() {
            if (server.commitIndex() < appliedIndex) {
                return; // The log of what is in the state machine is being refilled.
            }
            SnapshotMeta meta = new SnapshotMeta(
                    random.next(),
                    server.entryId(appliedIndex),
                    server.configurationAt(appliedIndex).configuration(),
                    server.configurationAt(appliedIndex).id().index(),
                    0,
                    0);
            if (appliedIndex == 0
                    || (snapshot != null && snapshot.lastIncluded().index() >= appliedIndex)) {
                return;
            }
            snapshot = meta;
            snapshotState = new ArrayList<>(state);
            snapshots.put(meta.id(), snapshotState);
            base = server.configurationAt(appliedIndex);
            input(() -> {
                server.onSnapshotAvailable(meta, now);
                long limit = server.compactableUpTo(meta.lastIncluded().index() - random.below(5), now);
                if (limit > beforeFirst.index()) {
                    beforeFirst = server.entryId(limit);
                    base = server.configurationAt(limit);
                    log.headMap(limit, true).clear();
                    server.onCompacted(limit + 1);
                }
            });
        }

        @Override
        public void send(RaftMessage message) {
            CoreCluster.this.send(message);
        }

        @Override
        public void persist(PersistBatch batch) {
            writing.add(batch);
            int thisLife = life;
            at(random.below(2 * syncNanos) + 1000, () -> {
                if (life == thisLife && writing.contains(batch)) {
                    while (true) {
                        PersistBatch first = writing.remove(0);
                        write(first);
                        if (first.endsRepair()) {
                            standing = Standing.WHOLE;
                        }
                        first.afterwards().forEach(CoreCluster.this::send);
                        if (first.number() == batch.number()) {
                            break;
                        }
                    }
                    input(() -> server.onPersisted(batch.number(), now));
                }
            });
        }

        private void write(PersistBatch batch) {
            history.add(batch);
            EntryId reset = batch.reset();
            if (reset != null) {
                log.clear();
                beforeFirst = reset;
            }
            if (batch.truncateFrom() != 0) {
                log.tailMap(batch.truncateFrom(), true).clear();
            }
            for (Entry entry : batch.entries()) {
                long last = log.isEmpty() ? beforeFirst.index() : log.lastKey();
                if (entry.index() != last + 1) {
                    throw new AssertionError("hole in the log of " + id + " before " + entry);
                }
                log.put(entry.index(), entry);
            }
            HardState written = batch.hardState();
            if (written != null) {
                if (written.term() < hardState.term()
                        || (written.term() == hardState.term()
                                && hardState.votedFor() != 0
                                && written.votedFor() != hardState.votedFor())) {
                    throw new AssertionError("hard state went back from " + hardState + " to " + written);
                }
                hardState = written;
            }
        }

        @Override
        public void apply(long from, long to, List<Entry> entries) {
            int thisLife = life;
            List<Entry> toApply = new ArrayList<>(entries);
            if (entries.isEmpty()) {
                toApply.addAll(log.subMap(from, true, to, true).values());
            }
            if (toApply.size() != to - from + 1) {
                throw new AssertionError("entries " + from + ".." + to + " are not on disk of " + id);
            }
            if (!log.containsKey(to)
                    || log.get(to).term() != toApply.get(toApply.size() - 1).term()) {
                throw new AssertionError("applied before durable: " + to);
            }
            at(applyDelay(), () -> {
                if (life == thisLife) {
                    for (Entry entry : toApply) {
                        if (entry.index() == appliedIndex + 1) {
                            applyOne(entry);
                        }
                    }
                    input(() -> server.onApplied(Math.max(to, appliedIndex), now));
                }
            });
        }

        private long lastApplyAt;

        private long applyDelay() {
            lastApplyAt = Math.max(lastApplyAt + 1, now + random.below(MILLIS));
            return lastApplyAt - now;
        }

        private void applyOne(Entry entry) {
            appliedIndex = entry.index();
            if (entry.kind() == EntryKind.COMMAND) {
                long value = entry.payload().getLong();
                Long known = appliedPayload.putIfAbsent(entry.index(), value);
                if (known != null && known != value) {
                    throw new AssertionError("index " + entry.index() + " applied as " + known + " and " + value);
                }
                state.add(value);
            }
        }

        @Override
        public void readEntries(long peer, long from, long to, int maxBytes) {
            int thisLife = life;
            at(random.below(2 * MILLIS), () -> {
                if (life == thisLife) {
                    List<Entry> read = new ArrayList<>(log.subMap(from, to).values());
                    boolean complete = !read.isEmpty() && read.get(0).index() == from;
                    List<Entry> some = complete ? read.subList(0, Math.min(3, read.size())) : List.of();
                    input(() -> server.onEntriesRead(peer, from, List.copyOf(some), now));
                }
            });
        }

        @Override
        public void readReady(long readId, long index) {
            reads.put(readId, index);
        }

        @Override
        public void readRefused(long readId, Refusal refusal) {
            refusedReads.put(readId, refusal);
        }

        @Override
        public void proposalRefused(long source, long sequence, Refusal refusal) {
            refusedProposals.put(sequence, refusal);
        }

        @Override
        public void snapshotNeeded(long peer, long atLeast) {
            int thisLife = life;
            at(MILLIS, () -> {
                if (life == thisLife) {
                    takeSnapshot();
                }
            });
        }

        @Override
        public void fetchSnapshot(long from, SnapshotMeta meta) {
            int thisLife = life;
            at(random.below(10 * MILLIS), () -> {
                if (life == thisLife) {
                    if (random.below(4) == 0) {
                        input(() -> server.onSnapshotFailed(meta.id(), now));
                    } else {
                        input(() -> server.onSnapshotReceived(meta, now));
                    }
                }
            });
        }

        @Override
        public void installSnapshot(SnapshotMeta meta) {
            int thisLife = life;
            pendingInstall = meta;
            at(applyDelay(), () -> {
                if (life == thisLife && meta.equals(pendingInstall)) {
                    pendingInstall = null;
                    List<Long> restored = Objects.requireNonNull(snapshots.get(meta.id()));
                    snapshot = meta;
                    snapshotState = restored;
                    if (meta.lastIncluded().index() > appliedIndex) {
                        state = new ArrayList<>(restored);
                        appliedIndex = meta.lastIncluded().index();
                    }
                    input(() -> server.onSnapshotInstalled(meta, now));
                }
            });
        }

        @Override
        public void repaired(String why) {
            if (standing != Standing.WHOLE) {
                throw new AssertionError("said to be whole before its disk said so: " + id);
            }
        }

        @Override
        public void foundersAwaited(SortedSet<Long> silent) {
            awaited = silent;
        }

        @Override
        public void roleChanged(String role, long term, long leader, String why) {
            roles.add(role + " " + term + " leader " + leader + ": " + why);
        }

        @Override
        public void configurationChanged(Configuration configuration, EntryId at, boolean isCommitted) {}

        @Override
        public void changeEnded(long changeId, Refusal refusal, String why) {
            changes.put(changeId, refusal + " " + why);
        }

        @Override
        public String toString() {
            Leadership leadership = server.leadership();
            return id + (up ? " up   " : " down ") + server.role() + " term=" + server.term() + " leader="
                    + server.leader() + " log=" + server.firstIndex() + ".." + server.lastIndex() + " durable="
                    + server.durableIndex() + " commit=" + server.commitIndex() + " applied=" + appliedIndex
                    + (leadership == null ? "" : " " + leadership.peers())
                    + (roles.isEmpty() ? "" : " | " + roles.get(roles.size() - 1));
        }
    }

    private final Map<Long, List<Long>> snapshots = new TreeMap<>();
}
