package io.fairlead.chaos.small;

import io.fairlead.chaos.small.Bounds.Event;
import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.RequestPreVote;
import io.fairlead.raft.message.RequestVote;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One state of a small cluster, as a value: its members, the messages under way, and what may still happen. When
 * something happens is free: a follower's timeout may pass at any moment, and whoever is asked for a vote has not heard of
 * a leader for long.
 */
final class World {
    static final long NOW = 1_000_000L * CoreMember.MILLIS;
    private static final long MUCH_LATER = NOW + 10 * CoreMember.ELECTION_TIMEOUT;

    final Slot[] members;
    final RaftMessage[] messages;
    final Bounds bounds;
    final @Nullable Path path;

    private final Laws laws;
    private final Moves moves;
    private final long[] prints;

    /** How a state was reached. */
    record Path(@Nullable Path before, Action action) {
        List<String> steps() {
            List<String> steps = new ArrayList<>();
            for (Path at = this; at != null; at = at.before()) {
                steps.add(0, at.action().toString());
            }
            return steps;
        }
    }

    private World(
            Slot[] members,
            RaftMessage[] messages,
            long[] prints,
            Bounds bounds,
            Laws laws,
            Moves moves,
            @Nullable Path path) {
        this.members = members;
        this.messages = messages;
        this.prints = prints;
        this.bounds = bounds;
        this.laws = laws;
        this.moves = moves;
        this.path = path;
    }

    /** A cluster whose members have just been started for the first time. */
    static World initial(Bounds bounds) {
        List<Member> founders = new ArrayList<>();
        for (long id = 1; id <= bounds.voters(); id++) {
            founders.add(Member.of(id, "n" + id));
        }
        Slot[] members = new Slot[bounds.voters() + bounds.spares()];
        for (int i = 0; i < members.length; i++) {
            Configuration known = i < bounds.voters() ? Configuration.ofVoters(founders) : Configuration.empty();
            members[i] = Slot.fresh(i + 1, known);
        }
        return new World(members, new RaftMessage[0], new long[0], bounds, Laws.INITIAL, new Moves(), null);
    }

    /** What can happen next. */
    List<Action> actions() {
        List<Action> actions = new ArrayList<>();
        for (int i = 0; i < messages.length; i++) {
            if (members[(int) messages[i].to() - 1].up) {
                actions.add(new Action(Action.Kind.DELIVER, messages[i].to(), i, messages[i]));
                if (bounds.allow(Event.DUPLICATE)) {
                    actions.add(new Action(Action.Kind.DUPLICATE, messages[i].to(), i, messages[i]));
                }
            }
            if (bounds.allow(Event.DROP)) {
                actions.add(new Action(Action.Kind.DROP, messages[i].to(), i, messages[i]));
            }
        }
        for (Slot member : members) {
            addActionsOf(member, actions);
        }
        return actions;
    }

    private void addActionsOf(Slot member, List<Action> actions) {
        if (!member.up) {
            actions.add(new Action(Action.Kind.RESTART, member.id, 0, null));
            return;
        }
        if (member.writing > 0) {
            actions.add(new Action(Action.Kind.PERSIST, member.id, 0, null));
        }
        if (member.waits && bounds.allow(Event.TIMEOUT)) {
            actions.add(new Action(Action.Kind.TIMEOUT, member.id, 0, null));
        }
        if (bounds.allow(Event.CRASH)) {
            actions.add(new Action(Action.Kind.CRASH, member.id, 0, null));
            if (member.writing > 0) {
                actions.add(new Action(Action.Kind.CRASH, member.id, 1, null));
            }
        }
        if (!member.leads) {
            return;
        }
        if (bounds.allow(Event.HEARTBEAT)) {
            actions.add(new Action(Action.Kind.HEARTBEAT, member.id, 0, null));
        }
        if (bounds.allow(Event.PROPOSE)) {
            actions.add(new Action(Action.Kind.PROPOSE, member.id, 0, null));
        }
        if (bounds.allow(Event.CHANGE)) {
            actions.add(new Action(Action.Kind.REMOVE, member.id, 0, null));
            if (bounds.spares() > 0) {
                actions.add(new Action(Action.Kind.ADD, member.id, 0, null));
            }
        }
    }

    /** The state after an action. */
    World after(Action action) {
        Path reached = new Path(path, action);
        try {
            return next(action, reached);
        } catch (AssertionError | IllegalStateException broken) {
            throw new Explorer.Violation(reached, broken);
        }
    }

    private World next(Action action, Path reached) {
        int index = (int) action.member() - 1;
        Slot before = members[index];
        return switch (action.kind()) {
            case DELIVER -> feed(before, key(action), receive(action), without(action.which()), bounds, reached);
            case DUPLICATE -> feed(before, key(action), receive(action), this, spend(Event.DUPLICATE), reached);
            case DROP -> {
                World less = without(action.which());
                yield new World(members, less.messages, less.prints, spend(Event.DROP), laws, moves, reached);
            }
            case TIMEOUT -> feed(before, key(action), World::tick, this, spend(Event.TIMEOUT), reached);
            case HEARTBEAT -> feed(before, key(action), World::tick, this, spend(Event.HEARTBEAT), reached);
            case PROPOSE -> feed(before, key(action), propose(), this, spend(Event.PROPOSE), reached);
            case REMOVE -> feed(before, key(action), change(before, false), this, spend(Event.CHANGE), reached);
            case ADD -> feed(before, key(action), change(before, true), this, spend(Event.CHANGE), reached);
            case PERSIST -> feed(before, key(action), member -> member.persist(NOW), this, bounds, reached);
            case CRASH -> replace(moves.crash(before, action.which()), this, spend(Event.CRASH), reached);
            case RESTART -> replace(moves.restart(before), this, bounds, reached);
        };
    }

    private Bounds spend(Event event) {
        return bounds.spend(event);
    }

    /** Tells one input of a member from all others. */
    @SuppressWarnings("EnumOrdinal") // Lives no longer than the process.
    private long key(Action action) {
        return switch (action.kind()) {
            case DELIVER, DUPLICATE -> prints[action.which()];
            case PROPOSE -> Event.PROPOSE.ordinal() * 100L + bounds.left(Event.PROPOSE);
            default -> -1L - action.kind().ordinal();
        };
    }

    private static void tick(CoreMember member) {
        long now = member.server().nextDeadlineNanos();
        member.step(now, core -> core.onTick(now));
    }

    private static Consumer<CoreMember> receive(Action action) {
        RaftMessage message = java.util.Objects.requireNonNull(action.message());
        boolean vote = message instanceof RequestVote || message instanceof RequestPreVote;
        long now = vote ? MUCH_LATER : NOW;
        return member -> {
            RaftMessage sent = sentJustNow(message, NOW + member.steps());
            member.step(now, core -> core.onMessage(sent, now));
        };
    }

    /** What a leader says may be new whenever it arrives: that something newer came before would be the same as a loss. */
    private static RaftMessage sentJustNow(RaftMessage message, long now) {
        if (message instanceof AppendEntries append) {
            return new AppendEntries(
                    append.from(),
                    append.to(),
                    append.term(),
                    append.prev(),
                    append.leaderCommit(),
                    append.readRound(),
                    now,
                    append.entries());
        }
        if (message instanceof Heartbeat beat && beat.sentAtNanos() != 0) {
            return new Heartbeat(beat.from(), beat.to(), beat.term(), beat.commitIndex(), beat.readRound(), now);
        }
        return message;
    }

    private Consumer<CoreMember> propose() {
        long value = bounds.left(Event.PROPOSE);
        return member -> member.step(
                NOW,
                core -> core.propose(
                        Entry.proposal(
                                EntryKind.COMMAND,
                                9,
                                value,
                                ByteBuffer.allocate(8).putLong(0, value)),
                        NOW));
    }

    /** Removes the first other voter, or adds a spare one. */
    private Consumer<CoreMember> change(Slot leader, boolean add) {
        List<Member> voters = new ArrayList<>();
        long skipped = add ? 0 : leader.id == 1 ? 2 : 1;
        for (Long id : leader.configuration.voters()) {
            if (id != skipped) {
                voters.add(Member.of(id, "n" + id));
            }
        }
        if (add) {
            long spare = bounds.voters() + 1L;
            if (!leader.configuration.isVoter(spare)) {
                voters.add(Member.of(spare, "n" + spare));
            }
        }
        Configuration target = Configuration.ofVoters(voters);
        return member -> member.step(NOW, core -> core.changeMembership(1, target, -1, NOW));
    }

    private World feed(Slot slot, long key, Consumer<CoreMember> input, World wire, Bounds left, Path reached) {
        Moves.Move move = moves.give(slot, key, input);
        return replace(move.after(), wire.with(move), left, reached);
    }

    private World replace(Slot after, World wire, Bounds left, Path reached) {
        Slot[] all = members.clone();
        Slot before = all[(int) after.id - 1];
        all[(int) after.id - 1] = after;
        return new World(all, wire.messages, wire.prints, left, laws.check(all, before, after), moves, reached);
    }

    private World without(int which) {
        RaftMessage[] fewer = new RaftMessage[messages.length - 1];
        long[] fewerPrints = new long[fewer.length];
        for (int i = 0; i < fewer.length; i++) {
            fewer[i] = messages[i < which ? i : i + 1];
            fewerPrints[i] = prints[i < which ? i : i + 1];
        }
        return new World(members, fewer, fewerPrints, bounds, laws, moves, path);
    }

    /** Messages in the order of their fingerprints; the same message twice is once. */
    private World with(Moves.Move move) {
        World all = this;
        for (Moves.Sent sent : move.sent()) {
            int at = Arrays.binarySearch(all.prints, sent.print());
            boolean known = sent.message().to() <= members.length;
            if (at < 0 && known && all.messages.length < bounds.messages()) {
                all = all.insert(-at - 1, sent.message(), sent.print());
            }
        }
        return all;
    }

    private World insert(int at, RaftMessage message, long print) {
        RaftMessage[] more = Arrays.copyOf(messages, messages.length + 1);
        long[] morePrints = Arrays.copyOf(prints, prints.length + 1);
        System.arraycopy(messages, at, more, at + 1, messages.length - at);
        System.arraycopy(prints, at, morePrints, at + 1, prints.length - at);
        more[at] = message;
        morePrints[at] = print;
        return new World(members, more, morePrints, bounds, laws, moves, path);
    }

    /** Two states with the same number have the same future. */
    long fingerprint() {
        long print = bounds.left() + 1;
        for (Slot member : members) {
            print = Fingerprint.mix(print, member.fingerprint);
        }
        for (long each : prints) {
            print = Fingerprint.mix(print, each);
        }
        return Fingerprint.mix(print, laws.fingerprint());
    }
}
