package io.fairlead.raft.core;

import static io.fairlead.raft.core.Figure.members;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Member;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps from one configuration to another, without a cluster (scenarios 154, 190, 192 to 199). */
class ConfigurationStepsTest {
    /** Scenarios 154, 196 and 197: one voter's difference goes in one step, promotions included; more goes jointly. */
    @ParameterizedTest
    @CsvSource({
        "1 2 3, 1 2 3 4, false",
        "1 2 3, 1 2, false",
        "1 2 3, 1 2 learners 3, false",
        "1 2 learners 3, 1 2 3, false",
        "1 2 3, 1 2 3 learners 4 5 6, false",
        "1 2 3, 1 2 4, true",
        "1 2 3, 1, true",
        "1, 1 2 3, true",
        "1 2 3, 4 5 6, true",
        "1 2 learners 3, 1 3 learners 2, true",
    })
    void m3JointIffMoreThanOneVoterDiffers(String old, String target, boolean joint) {
        Configuration first = ConfigurationSteps.firstStep(members(old), members(target));
        assertThat(first.isJoint()).isEqualTo(joint);
        assertThat(joint ? ConfigurationSteps.leaveJoint(first) : first).isEqualTo(members(target));
    }

    /** Scenarios 192 and 195, M15: the joint form says all that is needed to leave it. */
    @Test
    void m4JointFormOfADemotion() {
        Configuration joint = ConfigurationSteps.firstStep(members("1 2 3 learners 4"), members("1 4 5 learners 2"));
        assertThat(joint.voters()).containsExactly(1L, 4L, 5L);
        assertThat(joint.outgoingVoters()).containsExactly(1L, 2L, 3L);
        assertThat(joint.learners()).isEmpty();
        assertThat(joint.learnersNext()).containsExactly(2L);
        assertThat(joint.autoLeave()).isTrue();
        assertThat(Configuration.decode(ByteBuffer.wrap(joint.encode()))).isEqualTo(joint);
    }

    /** Scenario 199: random steps, written and read on the way, arrive where they should; each keeps a common quorum. */
    @Test
    void anyMembershipIsReachedAndEveryStepOverlaps() {
        SplitMix random = new SplitMix(5);
        Configuration current = members("1 2 3");
        for (int round = 0; round < 2000; round++) {
            Configuration target = randomMembers(random);
            Configuration learners = ConfigurationSteps.withNewVotersAsLearners(current, target);
            assertThat(learners.voters()).isEqualTo(current.voters());
            Configuration first = decoded(ConfigurationSteps.firstStep(learners, target));
            assertOverlap(current, first, random);
            current = first;
            if (first.isJoint()) {
                current = decoded(ConfigurationSteps.leaveJoint(first));
                assertOverlap(first, current, random);
            }
            assertThat(current).isEqualTo(target);
        }
    }

    private static Configuration decoded(Configuration configuration) {
        return Configuration.decode(ByteBuffer.wrap(configuration.encode()));
    }

    private static Configuration randomMembers(SplitMix random) {
        StringBuilder voters = new StringBuilder();
        StringBuilder learners = new StringBuilder();
        for (int id = 1; id <= 7; id++) {
            long part = random.below(4);
            if (part < 2) {
                voters.append(id).append(' ');
            } else if (part == 2) {
                learners.append(id).append(' ');
            }
        }
        return members((voters.isEmpty() ? "9 " : voters) + (learners.isEmpty() ? "" : "learners " + learners));
    }

    /** No set decides in one configuration while all others together decide in the next (§6). */
    private static void assertOverlap(Configuration one, Configuration next, SplitMix random) {
        for (int i = 0; i < 50; i++) {
            long chosen = random.next();
            boolean oneDecides = wins(one, chosen);
            boolean othersDecide = wins(next, ~chosen);
            assertThat(oneDecides && othersDecide).as("%s and %s", one, next).isFalse();
        }
    }

    private static boolean wins(Configuration configuration, long chosen) {
        return Quorum.vote(configuration, id -> (chosen >>> id & 1) == 1, id -> false) == Quorum.Outcome.WON;
    }

    /** Scenario 190: votes against counting, in both halves, symmetric. */
    @Test
    void votesAgainstCounting() {
        SplitMix random = new SplitMix(9);
        for (int round = 0; round < 5000; round++) {
            SortedSet<Long> in = randomIds(random);
            SortedSet<Long> out = random.below(2) == 0 ? new TreeSet<>() : randomIds(random);
            long granted = random.next();
            long answered = random.next() | granted;
            Configuration configuration = joint(in, out);
            Quorum.Outcome expected = worst(count(in, granted, answered), count(out, granted, answered));
            assertThat(vote(configuration, granted, answered)).isEqualTo(expected);
            if (!out.isEmpty()) {
                assertThat(vote(joint(out, in), granted, answered)).isEqualTo(expected);
            }
        }
    }

    private static Quorum.Outcome vote(Configuration configuration, long granted, long answered) {
        return Quorum.vote(
                configuration,
                id -> (granted >>> id & 1) == 1,
                id -> (answered >>> id & 1) == 1 && (granted >>> id & 1) == 0);
    }

    private static SortedSet<Long> randomIds(SplitMix random) {
        SortedSet<Long> ids = new TreeSet<>();
        for (long id = 1; id <= 6; id++) {
            if (random.below(2) == 0) {
                ids.add(id);
            }
        }
        if (ids.isEmpty()) {
            ids.add(7L);
        }
        return ids;
    }

    private static Configuration joint(SortedSet<Long> in, SortedSet<Long> out) {
        SortedSet<Long> all = new TreeSet<>(in);
        all.addAll(out);
        List<Member> members = all.stream().map(id -> Member.of(id, "n" + id)).toList();
        return new Configuration(members, in, out, new TreeSet<>(), new TreeSet<>(), true, false);
    }

    private static Quorum.Outcome count(SortedSet<Long> voters, long granted, long answered) {
        long yes = voters.stream().filter(id -> (granted >>> id & 1) == 1).count();
        long open = voters.stream().filter(id -> (answered >>> id & 1) == 0).count();
        if (voters.isEmpty() || yes > voters.size() / 2) {
            return Quorum.Outcome.WON;
        }
        return yes + open > voters.size() / 2 ? Quorum.Outcome.PENDING : Quorum.Outcome.LOST;
    }

    private static Quorum.Outcome worst(Quorum.Outcome one, Quorum.Outcome other) {
        if (one == Quorum.Outcome.LOST || other == Quorum.Outcome.LOST) {
            return Quorum.Outcome.LOST;
        }
        return one == Quorum.Outcome.WON && other == Quorum.Outcome.WON ? Quorum.Outcome.WON : Quorum.Outcome.PENDING;
    }

    /** Scenario 89 and 198: members in order, no id 0, nobody twice or with two parts. */
    @Test
    void whatAConfigurationRefuses() {
        assertThat(members("3 1 2").members().stream().map(Member::id)).containsExactly(1L, 2L, 3L);
        assertThatThrownBy(() -> Member.of(0, "n0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> members("1 1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> members("1 learners 1")).isInstanceOf(IllegalArgumentException.class);
    }
}
