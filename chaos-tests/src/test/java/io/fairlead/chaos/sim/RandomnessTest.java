package io.fairlead.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomnessTest {
    @Test
    void a_seed_means_the_same_for_ever() {
        Randomness random = Randomness.of(1, "network");

        assertThat(List.of(random.next(), random.next(), random.next()))
                .containsExactly(4508557441218865667L, 2969649655027104416L, -7988634447902238710L);
    }

    @Test
    void every_concern_and_every_entity_has_a_stream_of_its_own() {
        List<Long> firsts = new ArrayList<>();
        for (String concern : List.of("network", "disk", "faults")) {
            for (long entity = 0; entity < 3; entity++) {
                firsts.add(Randomness.of(1, concern, entity).next());
            }
        }

        assertThat(firsts).doesNotHaveDuplicates();
    }

    @Test
    void numbers_below_a_bound_are_all_alike() {
        Randomness random = Randomness.of(2, "test");
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++) {
            counts[(int) random.below(10)]++;
        }

        for (int count : counts) {
            assertThat(count).isBetween(9_500, 10_500);
        }
    }

    @Test
    void a_log_uniform_number_stays_within_its_bounds() {
        Randomness random = Randomness.of(3, "test");
        for (int i = 0; i < 10_000; i++) {
            assertThat(random.logUniform(5, 5_000)).isBetween(5L, 5_000L);
        }
    }
}
