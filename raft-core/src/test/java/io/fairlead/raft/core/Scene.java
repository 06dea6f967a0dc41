package io.fairlead.raft.core;

import io.fairlead.raft.message.AppendEntriesReply;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.RaftMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A figure of the paper that moves: several cores, their logs given as rows of terms, and a network, disks and a clock
 * that do only what the test says. Nothing happens by itself: {@link #settle} delivers what is under way.
 *
 * <pre>
 *   Scene scene = Scene.of("""
 *           1: 1 1 | 2
 *           2: 1 1 |
 *           3 term=3 vote=3: 1 1 |
 *           4 learner: 1
 *           """);
 *   scene.timeout(1).settle();
 * </pre>
 *
 * What stands before the bar is committed. Figure 3's properties are checked after every step.
 */
final class Scene {
    static final long MILLIS = 1_000_000;
    static final long E = 150 * MILLIS;
    static final long HEARTBEAT = 50 * MILLIS;

    private final TreeMap<Long, Actor> actors = new TreeMap<>();
    private final ArrayDeque<RaftMessage> wire = new ArrayDeque<>();
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private final List<Predicate<RaftMessage>> dropped = new ArrayList<>();
    private final List<Predicate<RaftMessage>> holding = new ArrayList<>();
    private final SplitMix random = new SplitMix(1);
    private final TreeMap<Long, EntryId> committed = new TreeMap<>();
    private final Map<Long, Long> leaderOfTerm = new TreeMap<>();
    private ServerSettings template = new ServerSettings(0, E, HEARTBEAT, 4096, 16, 1 << 20, 1 << 24, 1 << 20, 1 << 20);
    private long now = 1_000 * MILLIS;
    private long lastSequence;

    /** Everything that was sent since {@link #forget}, oldest first, delivered or not. */
    final List<RaftMessage> sent = new ArrayList<>();

    /** What {@link #hold} keeps back. */
    final List<RaftMessage> held = new ArrayList<>();

    private Scene() {}

    /** Members 1 to {@code voters} with nothing in their logs. */
    static Scene of(int voters) {
        StringBuilder figure = new StringBuilder();
        for (int id = 1; id <= voters; id++) {
            figure.append(id).append(":\n");
        }
        return of(figure.toString());
    }

    /** The same, led by the first, whose first entry is committed everywhere. */
    static Scene led(int voters) {
        return of(voters).elect(1).elapse(HEARTBEAT);
    }

    /** The members that the figure shows, one a line; see the class. */
    static Scene of(String figure) {
        return of(figure, settings -> settings);
    }

    /** The same with other limits. */
    static Scene of(String figure, UnaryOperator<ServerSettings> settings) {
        Scene scene = new Scene();
        scene.template = settings.apply(scene.template);
        Figure.parse(figure).forEach(scene::add);
        scene.actors.values().forEach(Actor::start);
        return scene;
    }

    private void add(Figure.Row row) {
        Actor actor = new Actor(this, row.id(), row.configuration());
        for (long term : row.terms()) {
            long index = actor.disk.size() + 1L;
            actor.disk.put(index, command().stamp(term, index));
        }
        actor.hardState = row.hardState();
        actor.fresh = actor.disk.isEmpty() && actor.hardState.equals(HardState.INITIAL);
        actors.put(row.id(), actor);
    }

    /** Another member, which knows nothing and is in nobody's configuration yet. */
    Scene newcomer(long id) {
        Figure.parse(id + " outside:").forEach(this::add);
        actor(id).start();
        return this;
    }

    Actor actor(long id) {
        Actor actor = actors.get(id);
        if (actor == null) {
            throw new AssertionError("there is no member " + id);
        }
        return actor;
    }

    Server core(long id) {
        return actor(id).server;
    }

    ServerSettings settings(long id) {
        return new ServerSettings(
                id,
                template.electionTimeoutNanos(),
                template.heartbeatIntervalNanos(),
                template.maxAppendBytes(),
                template.maxInflightMessages(),
                template.maxInflightBytes(),
                template.maxUncommittedBytes(),
                template.maxApplyBytes(),
                template.logCacheBytes());
    }

    long now() {
        return now;
    }

    long nextSeed() {
        return random.next();
    }

    // ------------------------------------------------------------------------------------------- time

    /** The election timeout of one member passes; the others have not looked at the clock yet. */
    Scene timeout(long id) {
        now = Math.max(now, core(id).nextDeadlineNanos());
        return tick(id);
    }

    /** One member looks at the clock. */
    Scene tick(long id) {
        actor(id).input(core -> core.onTick(now));
        return this;
    }

    /** The clock moves, and nobody looks at it. */
    Scene pass(long nanos) {
        now += nanos;
        return this;
    }

    /** Time passes for everyone, a millisecond at a time, and everything under way arrives meanwhile. */
    Scene elapse(long nanos) {
        for (long end = now + nanos; now < end; ) {
            now = Math.min(end, now + MILLIS);
            for (Actor actor : actors.values()) {
                if (actor.up && actor.server.nextDeadlineNanos() <= now) {
                    tick(actor.id);
                }
            }
            settle();
        }
        return this;
    }

    // ---------------------------------------------------------------------------------------- network

    void send(RaftMessage message) {
        sent.add(message);
        if (dropped.stream().anyMatch(rule -> rule.test(message))) {
            return;
        }
        if (holding.stream().anyMatch(rule -> rule.test(message))) {
            held.add(message);
        } else {
            wire.add(message);
        }
    }

    void later(Runnable action) {
        later.add(action);
    }

    /** Loses from now on what the rule names. */
    Scene drop(Predicate<RaftMessage> rule) {
        dropped.add(rule);
        wire.removeIf(rule);
        return this;
    }

    /** Keeps back from now on what the rule names. */
    Scene hold(Predicate<RaftMessage> rule) {
        holding.add(rule);
        return this;
    }

    /** Cuts the link between two members. */
    Scene cut(long one, long other) {
        return drop(m -> (m.from() == one && m.to() == other) || (m.from() == other && m.to() == one));
    }

    /** Cuts a member off from all others. */
    Scene isolate(long id) {
        return drop(m -> m.from() == id || m.to() == id);
    }

    /** Nothing is lost or kept back any more; what was kept back is delivered in its order. */
    Scene heal() {
        dropped.clear();
        holding.clear();
        wire.addAll(held);
        held.clear();
        return this;
    }

    /** Delivers one message now, whatever the rules, as often as it is called. */
    Scene deliver(RaftMessage message) {
        Actor receiver = actors.get(message.to());
        if (receiver != null && receiver.up) {
            receiver.input(core -> core.onMessage(message, now));
        }
        return this;
    }

    /** A follower tells the leader of the leader's term that it has everything up to {@code index}. */
    Scene acknowledge(long follower, long leader, long index) {
        return deliver(
                new AppendEntriesReply(follower, leader, core(leader).term(), true, index, EntryId.ZERO, 0, now, 0));
    }

    /** Delivers and completes until nothing is under way but what is held. */
    Scene settle() {
        for (int steps = 0; ; steps++) {
            if (steps > 100_000) {
                throw new AssertionError("the members do not come to rest");
            }
            RaftMessage next = wire.poll();
            if (next != null) {
                deliver(next);
            } else if (!completeOne()) {
                return this;
            }
        }
    }

    private boolean completeOne() {
        Runnable action = later.poll();
        if (action != null) {
            action.run();
            return true;
        }
        for (Actor actor : actors.values()) {
            if (actor.up
                    && ((!actor.diskHeld && actor.sync())
                            || (!actor.applyHeld && actor.applyNext())
                            || (!actor.snapshotsHeld && actor.takeInSnapshot()))) {
                return true;
            }
        }
        return false;
    }

    /** What was sent since {@link #forget}, of one kind. */
    <M extends RaftMessage> List<M> sent(Class<M> kind) {
        return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The same to one receiver. */
    <M extends RaftMessage> List<M> sent(Class<M> kind, long to) {
        return sent(kind).stream().filter(message -> message.to() == to).toList();
    }

    Scene forget() {
        sent.clear();
        return this;
    }

    // ------------------------------------------------------------------------------------------- verbs

    /** Makes a member leader the ordinary way. */
    Scene elect(long id) {
        timeout(id).settle();
        if (!core(id).role().equals("LEADER")) {
            throw new AssertionError("member " + id + " was not elected\n" + this);
        }
        return this;
    }

    /** Proposes a command at a member. */
    Scene propose(long id) {
        return propose(id, 8);
    }

    /** Proposes a command of so many bytes at a member; answers are filed under {@link #lastSequence}. */
    Scene propose(long id, int bytes) {
        Entry entry = Entry.proposal(EntryKind.COMMAND, id, ++lastSequence, ByteBuffer.allocate(bytes));
        actor(id).input(core -> core.propose(entry, now));
        return this;
    }

    long lastSequence() {
        return lastSequence;
    }

    private static Entry command() {
        return Entry.proposal(EntryKind.COMMAND, 0, 0, ByteBuffer.allocate(8));
    }

    Scene read(long id, long readId) {
        actor(id).input(core -> core.readIndex(readId, now));
        return this;
    }

    Scene transfer(long from, long to) {
        actor(from).input(core -> core.transferLeadership(100 + to, to, now));
        return this;
    }

    /** Asks a member for a membership; its end is filed under {@code changeId}. */
    Scene change(long id, long changeId, Configuration target) {
        actor(id).input(core -> core.changeMembership(changeId, target, -1, now));
        return this;
    }

    Scene crash(long id) {
        actor(id).crash();
        return this;
    }

    Scene restart(long id) {
        actor(id).crash();
        actor(id).start();
        return this;
    }

    // ------------------------------------------------------------------------------------------- views

    /** A log as the figures show it: terms, and a bar behind what this member knows to be committed. */
    String log(long id) {
        Server core = core(id);
        StringBuilder row = new StringBuilder();
        if (core.firstIndex() > 1) {
            row.append("..").append(core.firstIndex() - 1);
        }
        for (long index = core.firstIndex(); index <= core.lastIndex(); index++) {
            row.append(row.isEmpty() ? "" : " ").append(core.entryId(index).term());
            if (index == core.commitIndex()) {
                row.append(" |");
            }
        }
        return row.toString();
    }

    /** The member that leads in the highest term, 0 if none does. */
    long leader() {
        long leader = 0;
        long term = -1;
        for (Actor actor : actors.values()) {
            if (actor.up && actor.server.role().equals("LEADER") && actor.server.term() > term) {
                leader = actor.id;
                term = actor.server.term();
            }
        }
        return leader;
    }

    String role(long id) {
        return core(id).role();
    }

    @Override
    public String toString() {
        StringBuilder figure = new StringBuilder();
        for (Actor actor : actors.values()) {
            figure.append(actor.id)
                    .append(actor.up ? " " : " down ")
                    .append(actor.server.role())
                    .append(" term=")
                    .append(actor.server.term())
                    .append(" leader=")
                    .append(actor.server.leader())
                    .append(": ")
                    .append(log(actor.id))
                    .append(actor.roles.isEmpty() ? "" : "   (" + actor.roles.get(actor.roles.size() - 1) + ")")
                    .append('\n');
        }
        return figure.toString();
    }

    /** Election Safety, Leader Completeness and State Machine Safety (figure 3). */
    void check(Actor actor) {
        Server core = actor.server;
        if (core.role().equals("LEADER")) {
            Long other = leaderOfTerm.putIfAbsent(core.term(), actor.id);
            if (other != null && other != actor.id) {
                throw new AssertionError("two leaders in term " + core.term() + "\n" + this);
            }
            if (other == null && !committed.isEmpty() && committed.lastKey() > core.lastIndex()) {
                throw new AssertionError("leader " + actor.id + " lacks committed entries\n" + this);
            }
        }
        for (long index = core.firstIndex(); index <= core.commitIndex(); index++) {
            EntryId id = core.entryId(index);
            EntryId known = committed.putIfAbsent(index, id);
            if (known != null && !known.equals(id)) {
                throw new AssertionError("both " + known + " and " + id + " are committed\n" + this);
            }
        }
    }
}
