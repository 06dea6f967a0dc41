package io.fairlead.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private final List<Integer> happened = new ArrayList<>();

    @Test
    void events_happen_in_the_order_of_their_times() {
        Scheduler scheduler = new Scheduler(1);
        Randomness random = Randomness.of(1, "test");
        List<Integer> times = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            times.add(i);
        }
        random.shuffle(times);
        times.forEach(time -> scheduler.at(time, 0, () -> happened.add(time)));

        scheduler.runUntil(5_000);

        assertThat(happened).isSorted().hasSize(2_000);
        assertThat(scheduler.now()).isEqualTo(5_000);
    }

    @Test
    void the_seed_chooses_the_order_of_events_at_one_instant() {
        List<List<Integer>> orders = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            happened.clear();
            Scheduler scheduler = new Scheduler(seed);
            for (int i = 0; i < 5; i++) {
                int event = i;
                scheduler.at(7, 0, () -> happened.add(event));
            }
            scheduler.runUntil(7);
            orders.add(List.copyOf(happened));
        }

        assertThat(orders.stream().distinct().count()).isGreaterThan(10);
    }

    @Test
    void a_cancelled_event_does_not_happen() {
        Scheduler scheduler = new Scheduler(1);
        Worker.Timer timer = scheduler.at(7, 0, () -> happened.add(1));
        timer.cancel();

        scheduler.runUntil(10);

        assertThat(happened).isEmpty();
        assertThat(scheduler.executed()).isZero();
    }

    @Test
    void the_hash_tells_runs_apart() {
        Scheduler one = new Scheduler(1);
        Scheduler other = new Scheduler(1);
        Scheduler different = new Scheduler(1);
        one.at(1, 5, () -> {});
        other.at(1, 5, () -> {});
        different.at(2, 5, () -> {});

        one.runUntil(10);
        other.runUntil(10);
        different.runUntil(10);

        assertThat(one.hash()).isEqualTo(other.hash()).isNotEqualTo(different.hash());
    }
}
