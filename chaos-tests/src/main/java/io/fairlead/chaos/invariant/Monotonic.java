package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Standing;

/**
 * Term, and the vote of a term, never go back, crashes included; commit and applied index never go back in one life; and
 * {@code first - 1 <= applied <= commit <= last}, {@code durable <= last}.
 */
final class Monotonic extends Invariant implements Invariant.SeesStarts, Invariant.SeesSteps {
    private static final class Seen {
        long term;
        long commit;
        long applied;
        HardState durable = HardState.INITIAL;
    }

    private final PerMember<Seen> seen = new PerMember<>(Seen::new);

    Monotonic() {
        super("I8", "nothing goes back");
    }

    @Override
    public void onStarted(MemberView member) {
        Server server = member.server();
        Seen before = seen.of(member.id());
        if (server != null && server.standing() != Standing.WHOLE) {
            before.durable = member.durable().hardState(); // It may have lost its term and vote, and knows.
        }
        checkHardState(member, before);
        before.term = server == null ? 0 : server.term();
        before.commit = 0;
        before.applied = 0;
    }

    private void checkHardState(MemberView member, Seen before) {
        HardState durable = member.durable().hardState();
        if (durable.equals(before.durable)) {
            return;
        }
        if (durable.term() < before.durable.term()) {
            throw violation("member " + member.id() + " had " + before.durable + " on disk, now " + durable);
        }
        boolean sameTerm = durable.term() == before.durable.term();
        if (sameTerm && before.durable.votedFor() != 0 && durable.votedFor() != before.durable.votedFor()) {
            throw violation("member " + member.id() + " changed its vote from " + before.durable + " to " + durable);
        }
        before.durable = durable;
    }

    @Override
    public void afterStep(MemberView member) {
        Server server = member.server();
        Seen before = seen.of(member.id());
        if (server == null) {
            return;
        }
        checkHardState(member, before);
        if (server.term() < before.term
                || server.commitIndex() < before.commit
                || server.appliedIndex() < before.applied) {
            throw violation("member " + member.id() + " went back from term " + before.term + " commit " + before.commit
                    + " applied " + before.applied + " to " + server.term() + " " + server.commitIndex() + " "
                    + server.appliedIndex());
        }
        before.term = server.term();
        before.commit = server.commitIndex();
        before.applied = server.appliedIndex();
        boolean ordered = server.firstIndex() - 1 <= server.appliedIndex()
                && (server.appliedIndex() <= server.commitIndex()
                        || server.standing().hasLost())
                && server.commitIndex() <= server.lastIndex()
                && server.durableIndex() <= server.lastIndex();
        if (!ordered) {
            throw violation(
                    "member " + member.id() + " first " + server.firstIndex() + " applied " + server.appliedIndex()
                            + " commit " + server.commitIndex() + " last " + server.lastIndex() + " durable "
                            + server.durableIndex());
        }
    }
}
