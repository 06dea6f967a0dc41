package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The configurations on the way from one membership to another (§6, rules M3 to M6). */
final class ConfigurationSteps {
    private ConfigurationSteps() {}

    /** Who votes in {@code target} and does not in {@code old}: they have to catch up first (rule M6). */
    static SortedSet<Long> newVoters(Configuration old, Configuration target) {
        SortedSet<Long> coming = new TreeSet<>(target.voters());
        coming.removeAll(old.voters());
        return coming;
    }

    /** {@code old}, and whoever is to vote in {@code target} but is not a member yet as a learner. */
    static Configuration withNewVotersAsLearners(Configuration old, Configuration target) {
        List<Member> members = new ArrayList<>(old.members());
        SortedSet<Long> learners = new TreeSet<>(old.learners());
        for (Long id : newVoters(old, target)) {
            if (!old.contains(id)) {
                learners.add(id);
                target.member(id).ifPresent(members::add);
            }
        }
        return new Configuration(
                members, old.voters(), old.outgoingVoters(), learners, old.learnersNext(), false, old.leaderLease());
    }

    /** {@code target} itself if at most one voter comes or goes, else C_old,new. */
    static Configuration firstStep(Configuration old, Configuration target) {
        SortedSet<Long> different = new TreeSet<>(old.voters());
        different.removeAll(target.voters());
        if (different.size() + newVoters(old, target).size() <= 1) {
            return target;
        }
        SortedSet<Long> learners = new TreeSet<>(target.learners());
        learners.removeAll(old.voters());
        SortedSet<Long> learnersNext = new TreeSet<>(target.learners());
        learnersNext.retainAll(old.voters());
        List<Member> members = new ArrayList<>(target.members());
        old.members().stream()
                .filter(member -> old.voters().contains(member.id()) && !target.contains(member.id()))
                .forEach(members::add);
        return new Configuration(
                members, target.voters(), old.voters(), learners, learnersNext, true, target.leaderLease());
    }

    /** C_new, once C_old,new is committed. */
    static Configuration leaveJoint(Configuration joint) {
        SortedSet<Long> learners = new TreeSet<>(joint.learners());
        learners.addAll(joint.learnersNext());
        List<Member> members = joint.members().stream()
                .filter(member -> joint.voters().contains(member.id()) || learners.contains(member.id()))
                .toList();
        return new Configuration(
                members, joint.voters(), new TreeSet<>(), learners, new TreeSet<>(), false, joint.leaderLease());
    }
}
