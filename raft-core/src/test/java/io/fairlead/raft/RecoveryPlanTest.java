package io.fairlead.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.Survivor.GroupState;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.Standing;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What may be recovered from a disaster, and what is said about it before (rule M14). */
class RecoveryPlanTest {
    private static final Configuration OF_FIVE = voters(5);

    private static Configuration voters(long count) {
        return Configuration.ofVoters(LongStream.rangeClosed(1, count)
                .mapToObj(id -> Member.of(id, "m" + id))
                .toList());
    }

    private static Survivor survivor(long id, Configuration configuration, EntryId... lasts) {
        List<GroupState> groups = LongStream.range(0, lasts.length)
                .mapToObj(i -> new GroupState(
                        i + 1,
                        lasts[(int) i],
                        lasts[(int) i].term() + 1,
                        Math.max(0, lasts[(int) i].index() - 2),
                        configuration,
                        Standing.WHOLE,
                        ""))
                .toList();
        return new Survivor(7, id, groups);
    }

    private static EntryId entry(long term, long index) {
        return new EntryId(term, index);
    }

    private static RecoveryPlan plan(Survivor base, List<Survivor> others, Long... lost) {
        return new RecoveryPlan(base, others, Set.of(lost), Set.of());
    }

    @Test
    void the_last_of_three_may_go_on() {
        RecoveryPlan plan = plan(survivor(3, voters(3), entry(4, 120)), List.of(), 1L, 2L);
        assertThat(plan.objections()).isEmpty();
        assertThat(plan.consequences())
                .anyMatch(line -> line.contains("entry 4:120"))
                .anyMatch(line -> line.contains("entries 119 to 120 are not known to have been committed"))
                .anyMatch(line -> line.contains("behind entry 118 and this log does not have is lost"))
                .anyMatch(line -> line.contains("members 1,2 are out for good"));
    }

    @Test
    void a_later_term_beats_a_longer_log() {
        Survivor longer = survivor(1, OF_FIVE, entry(4, 900));
        Survivor later = survivor(2, OF_FIVE, entry(5, 200));
        assertThat(plan(longer, List.of(later), 3L, 4L, 5L).objections())
                .singleElement()
                .asString()
                .contains("ends with entry 4:900 here, with entry 5:200 at member 2");
        assertThat(plan(later, List.of(longer), 3L, 4L, 5L).objections()).isEmpty();
        assertThat(plan(later, List.of(survivor(1, OF_FIVE, entry(5, 200))), 3L, 4L, 5L)
                        .objections())
                .isEmpty();
    }

    @Test
    void two_groups_may_have_their_best_logs_in_different_places() {
        Survivor one = survivor(1, OF_FIVE, entry(5, 200), entry(5, 10));
        Survivor two = survivor(2, OF_FIVE, entry(5, 100), entry(5, 20));
        assertThat(plan(one, List.of(two), 3L, 4L, 5L).objections())
                .singleElement()
                .asString()
                .startsWith("group 2");
        RecoveryPlan accepted = new RecoveryPlan(one, List.of(two), Set.of(3L, 4L, 5L), Set.of(2L));
        assertThat(accepted.objections()).isEmpty();
        assertThat(accepted.consequences())
                .anyMatch(line -> line.startsWith("group 2: member 2 ends with entry 5:20")
                        && line.contains("behind entry 10 is given up"));
    }

    @Test
    void every_voter_is_accounted_for() {
        Survivor base = survivor(3, OF_FIVE, entry(4, 120));
        assertThat(plan(base, List.of(), 1L, 2L).objections())
                .singleElement()
                .asString()
                .contains("nothing was said about members 4,5");
        assertThat(plan(base, List.of(), 1L, 2L, 4L, 5L, 9L).objections())
                .singleElement()
                .asString()
                .contains("members 9 are declared lost, and are no other voters");
        assertThat(plan(base, List.of(survivor(4, OF_FIVE, entry(4, 1))), 1L, 2L, 4L, 5L)
                        .objections())
                .singleElement()
                .asString()
                .contains("members 4 are declared lost, and yet are here");
    }

    @Test
    void whoever_still_has_a_majority_is_told_to_start_it() {
        Survivor base = survivor(3, voters(3), entry(4, 120));
        Survivor other = survivor(2, voters(3), entry(4, 110));
        assertThat(plan(base, List.of(other), 1L).objections())
                .singleElement()
                .asString()
                .contains("2,3) are a majority in every group: start them");
        assertThat(plan(survivor(1, voters(1), entry(1, 1)), List.of()).objections())
                .singleElement()
                .asString()
                .contains("are a majority");
    }

    @Test
    void both_halves_of_a_joint_configuration_count() {
        Configuration joint = new Configuration(
                voters(4).members(),
                new TreeSet<>(Set.of(2L, 3L, 4L)),
                new TreeSet<>(Set.of(1L)),
                new TreeSet<>(),
                new TreeSet<>(),
                true,
                false);
        Survivor three = survivor(3, joint, entry(4, 120));
        Survivor four = survivor(4, joint, entry(4, 120));
        assertThat(plan(three, List.of(four), 1L, 2L).objections()).isEmpty();
        assertThat(plan(three, List.of(four, survivor(1, joint, entry(4, 1))), 2L)
                        .objections())
                .singleElement()
                .asString()
                .contains("are a majority");
    }

    @Test
    void damage_strangers_and_removed_members_are_no_base() {
        GroupState damaged =
                new GroupState(1, entry(4, 120), 4, 118, voters(3), Standing.WHOLE, "raft/1/log/1.log is damaged");
        assertThat(plan(new Survivor(7, 3, List.of(damaged)), List.of(), 1L, 2L).objections())
                .singleElement()
                .asString()
                .contains("1.log is damaged", "take another survivor");
        assertThat(plan(survivor(6, voters(3), entry(4, 120)), List.of(), 1L, 2L, 3L)
                        .objections())
                .singleElement()
                .asString()
                .contains("does not have member 6");
        Survivor stranger = new Survivor(8, 2, List.of());
        assertThat(plan(survivor(3, OF_FIVE, entry(4, 120)), List.of(stranger), 1L, 4L, 5L)
                        .objections())
                .singleElement()
                .asString()
                .contains("belongs to cluster 8, not to 7");
        assertThat(plan(new Survivor(7, 3, List.of()), List.of()).objections()).hasSize(1);
    }

    @Test
    void a_report_says_on_another_machine_what_it_said_here() {
        Survivor survivor = new Survivor(
                -7,
                -3,
                List.of(
                        new GroupState(1, entry(4, 120), 5, 118, OF_FIVE, Standing.UNPROVEN, "it is\ndamaged here"),
                        new GroupState(-2, entry(0, 0), 0, 0, Configuration.empty(), Standing.WHOLE, "")));
        Survivor read = Survivor.parse(survivor.format());
        assertThat(read.group(-2)).isEqualTo(survivor.group(-2));
        assertThat(read.format()).isEqualTo(survivor.format());
        assertThatThrownBy(() -> Survivor.parse(survivor.format().replace("120", "121")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Survivor.parse("")).isInstanceOf(IllegalArgumentException.class);
    }
}
