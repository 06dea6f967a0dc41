package io.fairlead.chaos.kv;

import com.google.protobuf.Message;
import io.fairlead.chaos.cluster.SimCluster;
import io.fairlead.chaos.invariant.SafetyViolation;
import io.fairlead.kv.KvError;
import io.fairlead.kv.KvResult;
import io.fairlead.kv.proto.Event;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeResponse;
import io.fairlead.raft.spi.Command;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges what stores do and what clients see, by a model that executes the log once: whoever is first to apply a command
 * lets the model execute it, and everybody else, and every client, must agree. Histories are linearizable if this holds:
 * every answer is the model's at the command's place in the log, which is behind all that was answered before the call
 * began; every read is of one revision, no older than what anybody had seen before it began.
 *
 * <p><b>Threads:</b> one.
 */
final class StoreOracle {
    private record Effect(long index, Answer answer) {}

    private record State(long revision, long compacted) {}

    private final StoreModel model = new StoreModel();
    private final Map<Long, Message> asked = new HashMap<>();
    private final Map<Long, Effect> effects = new HashMap<>();
    private final TreeMap<Long, State> states = new TreeMap<>();
    private final Map<State, Long> hashes = new HashMap<>();
    private final Set<Long> refused = new HashSet<>();
    private @Nullable SimCluster<?> cluster;

    StoreOracle() {
        states.put(0L, new State(model.revision(), model.compacted()));
    }

    void watch(SimCluster<?> watched) {
        cluster = watched;
    }

    StoreModel model() {
        return model;
    }

    /** A client is about to ask for this; returns the request's number. */
    long ask(Message request) {
        long serial = asked.size() + 1L;
        asked.put(serial, request);
        return serial;
    }

    // ------------------------------------------------------------------------------------------- what stores do

    /** A member has applied a command. */
    void applied(long member, Command command, KvResult result) {
        long serial = Requests.serialOf(command.payload());
        Message request = asked.get(serial);
        if (request == null || refused.contains(serial)) {
            fail("S2", "commands take effect once", "command " + serial + " at " + command.index() + " was refused");
            return;
        }
        Effect effect = effects.get(serial);
        if (effect == null && command.index() > states.lastKey()) {
            effect = new Effect(command.index(), model.execute(request));
            effects.put(serial, effect);
            states.put(command.index(), new State(model.revision(), model.compacted()));
        }
        if (effect == null || effect.index != command.index()) {
            fail("S2", "commands take effect once", "command " + serial + " at " + command.index() + ", " + effect);
            return;
        }
        same(member, "command " + serial, request, Answer.of(result, Requests.responseTo(request)), effect.answer);
    }

    /** A member's store has everything up to an entry, and nothing more: after a restart, or out of a snapshot. */
    void hasApplied(long member, long index, long revision, long compacted) {
        State found = new State(revision, compacted);
        State expected = states.floorEntry(index).getValue();
        if (!found.equals(expected)) {
            fail(
                    "S5",
                    "stores come back as they were",
                    "member " + member + " at " + index + " has " + found + ", not " + expected);
        }
    }

    /** A member's hash at a revision, which all members that have compacted alike must have. */
    void hashed(long member, long revision, long compacted, long hash) {
        Long other = hashes.putIfAbsent(new State(revision, compacted), hash);
        if (other != null && other != hash) {
            fail(
                    "S4",
                    "equal logs make equal stores",
                    "member " + member + " has another hash at revision " + revision + " compacted at " + compacted);
        }
    }

    // ----------------------------------------------------------------------------------------- what clients see

    /** A write was refused: it never takes effect. */
    void refused(long serial) {
        refused.add(serial);
        if (effects.containsKey(serial)) {
            fail("S2", "commands take effect once", "command " + serial + " is refused but stands in the log");
        }
    }

    /** A write was answered. Returns where it stands in the log. */
    long answered(long member, long serial, KvResult result, long floor) {
        Effect effect = effects.get(serial);
        Message request = asked.get(serial);
        if (effect == null || request == null || effect.index <= floor) {
            fail(
                    "S3",
                    "histories are linearizable",
                    "command " + serial + " was answered by member " + member + "; its effect is " + effect
                            + ", before it was called " + floor + " was");
            return floor;
        }
        same(member, "command " + serial, request, Answer.of(result, Requests.responseTo(request)), effect.answer);
        return effect.index;
    }

    /**
     * A read was answered.
     *
     * @param floor the revision that the reader had to see at least
     */
    void read(long member, RangeRequest range, KvResult result, long floor) {
        if (result.isError()) {
            boolean right = result.error() == KvError.FUTURE_REVISION
                    ? range.getRevision() > floor
                    : result.error() == KvError.COMPACTED && range.getRevision() < model.compacted();
            if (!right) {
                fail("S1", "answers are the model's", "member " + member + " answers " + range + " " + result);
            }
        } else if (result.revision() < floor || result.revision() > model.revision()) {
            fail(
                    "S3",
                    "histories are linearizable",
                    "member " + member + " answers a read at revision " + result.revision() + ", when revision " + floor
                            + " had been seen");
        } else {
            Answer found = Answer.of(result, RangeResponse.getDefaultInstance());
            same(member, "a read", range, found, model.read(range, result.revision()));
        }
    }

    /** A watcher that had seen everything before {@code from} was told this, by a member at the result's revision. */
    void watched(long member, long from, List<Event> events, KvResult result, long compacted) {
        if (result.isError()) {
            if (result.error() != KvError.COMPACTED || from >= model.compacted()) {
                fail("S6", "watchers miss nothing", "member " + member + " refuses to show " + from + ": " + result);
            }
            return;
        }
        int next = 0;
        for (long revision = from; revision <= Math.min(result.revision(), model.revision()); revision++) {
            for (Event change : model.changesOf(revision)) {
                Event expected = revision - 1 >= compacted
                        ? change
                        : change.toBuilder().clearPrevKv().build();
                Event found = next < events.size() ? events.get(next) : null;
                if (!expected.equals(found)) {
                    fail(
                            "S6",
                            "watchers miss nothing",
                            "member " + member + " shows from revision " + from + " on as change " + next + ": " + found
                                    + ", not " + expected);
                    return;
                }
                next++;
            }
        }
        if (next != events.size()) {
            fail("S6", "watchers miss nothing", "member " + member + " shows from revision " + from + " on " + events);
        }
    }

    private void same(long member, String what, Message request, Answer found, Answer expected) {
        if (!found.equals(expected)) {
            fail(
                    "S1",
                    "answers are the model's",
                    "member " + member + " answers " + what + ", " + Answer.of(request) + ", with " + found + ", not "
                            + expected);
        }
    }

    void fail(String id, String rule, String what) {
        SimCluster<?> watched = cluster;
        if (watched != null) {
            watched.failed(new SafetyViolation(id, rule, what));
        }
    }
}
