package io.fairlead.raft;

import io.fairlead.raft.message.Member;
import java.util.ArrayList;
import java.util.List;

/**
 * A group's members as an operator wants them: who votes and who only listens.
 *
 * @param voters the members that elect and decide
 * @param learners the members that only receive the log
 */
public record Membership(List<Member> voters, List<Member> learners) {
    /** Freezes the components. */
    public Membership {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
    }

    /** A membership of voters only. */
    public static Membership of(Member... voters) {
        return new Membership(List.of(voters), List.of());
    }

    /** This membership and one more voter. */
    public Membership withVoter(long id, String address) {
        List<Member> more = new ArrayList<>(voters);
        more.add(Member.of(id, address));
        return new Membership(more, learners);
    }
}
