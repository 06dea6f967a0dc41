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
    /**
     * Freezes the components.
     *
     * @param voters copied; each id and address once, which is checked where the membership is used
     * @param learners copied; the same
     * @param leaderLease whether there are read leases
     */
    public Membership {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
    }

    /**
     * A membership without leases.
     *
     * @param voters the members that elect and decide; copied
     * @param learners the members that only receive the log; copied
     */
    public Membership(List<Member> voters, List<Member> learners) {
        this(voters, learners, false);
    }

    /**
     * {@return this membership with leases, or without}
     *
     * @param on whether there are to be read leases
     */
    public Membership withLeaderLease(boolean on) {
        return new Membership(voters, learners, on);
    }

    /**
     * {@return a membership of voters only}
     *
     * @param voters none, to join a group rather than to found one
     */
    public static Membership of(Member... voters) {
        return new Membership(List.of(voters), List.of());
    }

    /**
     * {@return voters 1, 2, 3 and so on, reached at these addresses}
     *
     * @param addresses as the transport writes them, {@code host:port} with the one over Netty
     */
    public static Membership at(String... addresses) {
        List<Member> voters = new ArrayList<>();
        for (String address : addresses) {
            voters.add(Member.of(voters.size() + 1L, address));
        }
        return new Membership(voters, List.of());
    }

    /**
     * {@return where a member is reached}
     *
     * @param memberId of a voter or learner
     * @throws InvalidConfigException if it is none of these members
     */
    public String addressOf(long memberId) {
        return all().filter(member -> member.id() == memberId)
                .findFirst()
                .map(Member::address)
                .orElseThrow(() -> new InvalidConfigException(List.of(notAmong(memberId))));
    }

    /**
     * {@return this membership and one more voter, of default priority}
     *
     * @param id never 0, never one that another member has had
     * @param address where the others reach it
     */
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
