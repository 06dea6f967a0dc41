package io.fairlead.raft.runtime;

import io.fairlead.raft.Membership;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Turns what an operator asks for into what the protocol works with. <b>Threads:</b> any. */
final class Memberships {
    private Memberships() {}

    /**
     * The plain configuration that {@code membership} describes; members that stay keep the incarnation they are known
     * by.
     *
     * @throws IllegalArgumentException if a member is named twice
     */
    static Configuration toConfiguration(Membership membership, Configuration present) {
        List<Member> members = new ArrayList<>();
        SortedSet<Long> voters = new TreeSet<>();
        SortedSet<Long> learners = new TreeSet<>();
        for (Member member : membership.voters()) {
            members.add(known(member, present));
            voters.add(member.id());
        }
        for (Member member : membership.learners()) {
            members.add(known(member, present));
            learners.add(member.id());
        }
        return new Configuration(
                members, voters, new TreeSet<>(), learners, new TreeSet<>(), false, membership.leaderLease());
    }

    private static Member known(Member member, Configuration present) {
        long incarnation = member.incarnation() != 0
                ? member.incarnation()
                : present.member(member.id()).map(Member::incarnation).orElse(0L);
        return new Member(member.id(), member.address(), incarnation, member.priority());
    }
}
