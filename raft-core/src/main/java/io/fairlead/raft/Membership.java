package io.fairlead.raft;

import io.fairlead.raft.message.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A group's members as an operator wants them: who votes and who only listens.
 *
 * @param voters the members that elect and decide
 * @param learners the members that only receive the log
 * @param leaderLease whether leaders may answer linearizable reads without asking the others while the others'
 *     promises last: quicker, at the price of trusting the clocks' rates. All members must use the same election
 *     timeout. Off unless asked for
 */
public record Membership(List<Member> voters, List<Member> learners, boolean leaderLease) {
    /** Freezes the components. */
    public Membership {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
    }

    /** A membership without leases. */
    public Membership(List<Member> voters, List<Member> learners) {
        this(voters, learners, false);
    }

    /** This membership with leases, or without. */
    public Membership withLeaderLease(boolean on) {
        return new Membership(voters, learners, on);
    }

    /** A membership of voters only. */
    public static Membership of(Member... voters) {
        return new Membership(List.of(voters), List.of());
    }

    /** Voters 1, 2, 3 and so on, reached at these addresses. */
    public static Membership at(String... addresses) {
        List<Member> voters = new ArrayList<>();
        for (String address : addresses) {
            voters.add(Member.of(voters.size() + 1L, address));
        }
        return new Membership(voters, List.of());
    }

    /**
     * Where a member is reached.
     *
     * @throws InvalidConfigException if it is none of these members
     */
    public String addressOf(long memberId) {
        return all().filter(member -> member.id() == memberId)
                .findFirst()
                .map(Member::address)
                .orElseThrow(() -> new InvalidConfigException(List.of(notAmong(memberId))));
    }

    /** This membership and one more voter. */
    public Membership withVoter(long id, String address) {
        List<Member> more = new ArrayList<>(voters);
        more.add(Member.of(id, address));
        return new Membership(more, learners, leaderLease);
    }

    private Stream<Member> all() {
        return Stream.concat(voters.stream(), learners.stream());
    }

    private String notAmong(long memberId) {
        String ids = all().map(member -> Long.toUnsignedString(member.id())).collect(Collectors.joining(", "));
        return "member " + Long.toUnsignedString(memberId) + " is none of the members " + ids
                + ": add it to the membership, or start this process as one of them";
    }

    /** What is wrong with founding a group with these members from {@code memberId}, and what to change. */
    List<String> problems(long memberId) {
        List<String> problems = new ArrayList<>();
        TreeSet<Long> ids = new TreeSet<>();
        TreeSet<String> addresses = new TreeSet<>();
        all().forEach(member -> {
            if (!ids.add(member.id())) {
                problems.add("member " + Long.toUnsignedString(member.id())
                        + " is listed twice: give every member a number of its own, and one part, voter or learner");
            } else if (!addresses.add(member.address())) {
                problems.add("two members have the address " + member.address() + ": give every member its own");
            }
        });
        if (voters.isEmpty() && !learners.isEmpty()) {
            problems.add("there are learners and no voters: name at least one voter, or nobody to join a group");
        }
        if (!ids.isEmpty() && !ids.contains(memberId)) {
            problems.add(notAmong(memberId) + ", or name nobody to join a group whose leader adds it");
        }
        return problems;
    }
}
