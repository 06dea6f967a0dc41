package io.fairlead.raft;

import io.fairlead.raft.Survivor.GroupState;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an operator wants to do after a disaster, and what it would cost: {@code base} becomes the only voter of every
 * group in its data directory. Every other voter must be accounted for, so that a cluster that can still help itself is
 * not cut in two by mistake.
 *
 * @param base the survivor whose data the cluster goes on with
 * @param others further survivors, whose data is given up, and which are compared with {@code base}
 * @param lost members whose data is gone
 * @param worseIn groups in which {@code base} may have less than one of {@code others}
 */
public record RecoveryPlan(Survivor base, List<Survivor> others, Set<Long> lost, Set<Long> worseIn) {
    /**
     * Freezes the components.
     *
     * @param base the survivor whose data the cluster goes on with
     * @param others further survivors; copied
     * @param lost ids of members whose data is gone; copied
     * @param worseIn numbers of groups in which a loss is accepted; copied
     */
    public RecoveryPlan {
        others = List.copyOf(others);
        lost = Set.copyOf(lost);
        worseIn = Set.copyOf(worseIn);
    }

    /** {@return why this must not be done, each with what to do instead; empty if it may} */
    public List<String> objections() {
        List<String> objections = new ArrayList<>();
        if (base.groups().isEmpty()) {
            objections.add("the data directory has no groups: there is nothing to recover");
        }
        for (GroupState group : base.groups()) {
            if (!group.damage().isEmpty()) {
                objections.add(name(group) + " is damaged here: " + group.damage()
                        + ": take another survivor, or restore this directory from a backup");
            } else if (!group.configuration().contains(base.memberId())) {
                objections.add(name(group) + " does not have member " + hex(base.memberId())
                        + " any more, or has never told it of its members: take another survivor");
            }
        }
        checkOthers(objections);
        checkEverybodyIsAccountedFor(objections);
        if (!base.groups().isEmpty() && base.groups().stream().allMatch(this::hasQuorum)) {
            objections.add("the members that are left (" + hex(present()) + ") are a majority in every group:"
                    + " start them, and nothing is lost");
        }
        return objections;
    }

    private void checkOthers(List<String> objections) {
        for (Survivor other : others) {
            if (other.clusterId() != base.clusterId()) {
                objections.add("member " + hex(other.memberId()) + " belongs to cluster " + hex(other.clusterId())
                        + ", not to " + hex(base.clusterId()) + ": compare members of one cluster");
            } else if (other.memberId() == base.memberId()) {
                objections.add("member " + hex(other.memberId()) + " is compared with itself");
            } else {
                base.groups()
                        .forEach(group -> other.group(group.groupId()).ifPresent(theirs -> {
                            if (!group.last().isAtLeastAsUpToDateAs(theirs.last())
                                    && !worseIn.contains(group.groupId())) {
                                objections.add(name(group) + " ends with entry " + group.last() + " here, with entry "
                                        + theirs.last() + " at member " + hex(other.memberId())
                                        + ": recover with that member, or accept the loss for this group");
                            }
                        }));
            }
        }
    }

    private void checkEverybodyIsAccountedFor(List<String> objections) {
        SortedSet<Long> unaccounted = new TreeSet<>(otherVoters());
        unaccounted.removeAll(lost);
        unaccounted.removeAll(present());
        if (!unaccounted.isEmpty()) {
            objections.add("nothing was said about members " + hex(unaccounted)
                    + ": compare with what is left of them, or declare them lost");
        }
        SortedSet<Long> strangers = new TreeSet<>(lost);
        strangers.removeAll(otherVoters());
        if (!strangers.isEmpty()) {
            objections.add("members " + hex(strangers) + " are declared lost, and are no other voters of any group");
        }
        SortedSet<Long> both = new TreeSet<>(lost);
        both.retainAll(present());
        if (!both.isEmpty()) {
            objections.add("members " + hex(both) + " are declared lost, and yet are here");
        }
    }

    /** {@return what it would cost, a sentence each} */
    public List<String> consequences() {
        List<String> lines = new ArrayList<>();
        for (GroupState group : base.groups()) {
            String name = name(group);
            lines.add(name + " goes on behind entry " + group.last() + " of term " + group.term() + "; its voters were "
                    + hex(voters(group.configuration())));
            if (group.commitIndex() < group.last().index()) {
                lines.add(name + ": entries " + (group.commitIndex() + 1) + " to "
                        + group.last().index()
                        + " are not known to have been committed; they count as committed from now on, whatever was"
                        + " said to those who proposed them");
            }
            lines.add(name + ": whatever the others have committed behind entry " + group.commitIndex()
                    + " and this log does not have is lost, although clients were told that it was done");
            if (group.standing() != Standing.WHOLE) {
                lines.add(name + ": this member was " + group.standing() + ": it may lack even what it once had");
            }
            for (Survivor other : others) {
                other.group(group.groupId())
                        .ifPresent(theirs -> lines.add(name + ": member " + hex(other.memberId()) + " ends with entry "
                                + theirs.last()
                                + (group.last().isAtLeastAsUpToDateAs(theirs.last())
                                        ? " and has nothing committed that is not here"
                                        : ": what it has behind entry "
                                                + group.last().index() + " is given up")));
            }
        }
        SortedSet<Long> out = new TreeSet<>(otherVoters());
        others.forEach(other -> out.add(other.memberId()));
        lines.add("members " + hex(out) + " are out for good, whatever data they come back with: each has to be added"
                + " anew, with an empty data directory");
        return lines;
    }

    private boolean hasQuorum(GroupState group) {
        Configuration configuration = group.configuration();
        return hasMajority(configuration.voters())
                && (!configuration.isJoint() || hasMajority(configuration.outgoingVoters()));
    }

    private boolean hasMajority(SortedSet<Long> voters) {
        SortedSet<Long> here = new TreeSet<>(voters);
        here.retainAll(present());
        return here.size() * 2 > voters.size();
    }

    private SortedSet<Long> present() {
        SortedSet<Long> ids = new TreeSet<>();
        ids.add(base.memberId());
        others.forEach(other -> ids.add(other.memberId()));
        return ids;
    }

    private SortedSet<Long> otherVoters() {
        SortedSet<Long> ids = new TreeSet<>();
        base.groups().forEach(group -> ids.addAll(voters(group.configuration())));
        ids.remove(base.memberId());
        return ids;
    }

    private static SortedSet<Long> voters(Configuration configuration) {
        SortedSet<Long> ids = new TreeSet<>(configuration.voters());
        ids.addAll(configuration.outgoingVoters());
        return ids;
    }

    private static String name(GroupState group) {
        return "group " + Long.toUnsignedString(group.groupId());
    }

    private static String hex(long id) {
        return Long.toHexString(id);
    }

    private static String hex(Collection<Long> ids) {
        return ids.stream().map(Long::toHexString).collect(Collectors.joining(","));
    }
}
