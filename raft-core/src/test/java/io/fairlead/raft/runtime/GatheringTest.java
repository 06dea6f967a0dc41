package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private final Gathering gathering = new Gathering();
    private final List<Object> released = new ArrayList<>();

    @Test
    void a_lone_proposal_leaves_at_once() {
        gathering.add("one", 1);
        gathering.release(0, released::add);

        assertThat(released).containsExactly("one");
        assertThat(gathering.size()).isZero();
    }

    @Test
    void proposals_wait_for_as_many_as_are_under_way() {
        gathering.add("one", 1);
        gathering.release(3, released::add);
        assertThat(released).isEmpty();

        gathering.add("two and three", 2);
        assertThat(gathering.size()).isEqualTo(3);
        gathering.release(3, released::add);

        assertThat(released).containsExactly("one", "two and three");
    }

    @Test
    void the_end_of_what_is_under_way_lets_the_rest_go() {
        gathering.add("one", 1);
        gathering.release(2, released::add);
        gathering.release(1, released::add);

        assertThat(released).containsExactly("one");
    }

    @Test
    void enough_is_enough() {
        for (int i = 0; i < Gathering.ENOUGH; i++) {
            gathering.release(10_000, released::add);
            gathering.add(i, 1);
        }
        gathering.release(10_000, released::add);

        assertThat(released).hasSize(Gathering.ENOUGH);
    }

    @Test
    void what_comes_while_others_leave_stays_for_the_next_time() {
        gathering.add("one", 1);
        gathering.release(0, input -> {
            released.add(input);
            gathering.add("two", 1);
        });
        assertThat(released).containsExactly("one");

        gathering.release(0, released::add);
        assertThat(released).containsExactly("one", "two");
    }
}
