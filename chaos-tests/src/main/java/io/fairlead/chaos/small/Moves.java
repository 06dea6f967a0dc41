package io.fairlead.chaos.small;

import io.fairlead.raft.message.RaftMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What members have become by what they were given. There are far fewer states of a member than states of a cluster, so
 * hardly any step has to be taken twice.
 */
final class Moves {
    private final Map<Long, Move> known = new HashMap<>();

    /**
     * A step of one member.
     *
     * @param after what it has become
     * @param sent what it sent
     */
    record Move(Slot after, List<Sent> sent) {}

    /** A message and its fingerprint. */
    record Sent(RaftMessage message, long print) {}

    /**
     * Gives a member something.
     *
     * @param key differs from one input to another
     */
    Move give(Slot slot, long key, Consumer<CoreMember> input) {
        Long both = Fingerprint.mix(slot.fingerprint, key);
        Move move = known.get(both);
        if (move == null) {
            move = take(slot, input);
            known.put(both, move);
        }
        return move;
    }

    private static Move take(Slot slot, Consumer<CoreMember> input) {
        CoreMember member = slot.wake();
        input.accept(member);
        List<RaftMessage> sent = member.takeSent();
        Slot after = slot.after(input, member);
        Laws.checkPromises(after, sent);
        return new Move(
                after,
                sent.stream()
                        .map(message -> new Sent(message, Fingerprint.of(message)))
                        .toList());
    }

    /** The member dies; so many of its writes under way are on disk. */
    Slot crash(Slot slot, int writes) {
        return known.computeIfAbsent(
                        Fingerprint.mix(slot.fingerprint, -100L - writes),
                        key -> new Move(slot.crashed(writes), List.of()))
                .after();
    }

    /** The member begins another life. */
    Slot restart(Slot slot) {
        return known.computeIfAbsent(
                        Fingerprint.mix(slot.fingerprint, -200L), key -> new Move(slot.started(), List.of()))
                .after();
    }

    /** How many steps of single members are known. */
    int size() {
        return known.size();
    }
}
