package io.fairlead.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimWorkersTest {
    private final Scheduler scheduler = new Scheduler(1);
    private final SimTasks tasks = new SimTasks(scheduler);
    private final SimClock clock = new SimClock(tasks, 1_000, 2.0);
    private final List<Throwable> uncaught = new ArrayList<>();
    private final SimWorkers workers =
            new SimWorkers(1, scheduler, tasks, clock, Randomness.of(1, "workers"), uncaught::add);
    private final List<String> happened = new ArrayList<>();

    @Test
    void tasks_run_one_after_the_other_and_take_time() {
        Worker worker = workers.start("loop");
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            worker.execute(() -> {
                assertThat(worker.isCurrent()).isTrue();
                tasks.use(1_000_000);
                times.add(scheduler.now());
            });
        }

        scheduler.runUntil(1_000_000_000);

        assertThat(times).hasSize(3);
        assertThat(times.get(1) - times.get(0)).isGreaterThan(1_000_000);
        assertThat(worker.isCurrent()).isFalse();
    }

    @Test
    void a_task_runs_when_what_its_worker_waits_for_is_over() {
        List<Long> times = new ArrayList<>();
        workers.waiting(name -> name.equals("log") ? 5_000_000 : 0);
        workers.start("log").execute(() -> times.add(scheduler.now()));
        workers.start("loop").execute(() -> times.add(scheduler.now()));

        scheduler.runUntil(10_000_000);

        assertThat(times.get(0)).isLessThan(50_000);
        assertThat(times.get(1)).isBetween(5_000_000L, 5_050_000L);
    }

    @Test
    void a_timer_follows_the_members_own_clock() {
        List<Long> times = new ArrayList<>();
        workers.start("loop").schedule(1_000_000, () -> times.add(scheduler.now()));

        scheduler.runUntil(10_000_000);

        assertThat(times.get(0)).isBetween(500_000L, 530_000L);
        assertThat(clock.nanoTime()).isEqualTo(1_000 + 2 * 10_000_000);
    }

    @Test
    void a_killed_member_does_nothing_more() {
        Worker worker = workers.start("loop");
        worker.execute(() -> happened.add("task"));
        worker.schedule(1_000, () -> happened.add("timer"));

        workers.kill();
        worker.execute(() -> happened.add("late task"));
        scheduler.runUntil(1_000_000);

        assertThat(happened).isEmpty();
    }

    @Test
    void a_paused_member_does_everything_later() {
        Worker worker = workers.start("loop");
        List<Long> times = new ArrayList<>();
        worker.execute(() -> times.add(scheduler.now()));
        workers.pauseUntil(5_000_000);

        scheduler.runUntil(10_000_000);

        assertThat(times.get(0)).isBetween(5_000_000L, 5_100_000L);
    }

    @Test
    void what_a_task_throws_is_reported_and_the_next_one_runs() {
        Worker worker = workers.start("loop");
        worker.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        worker.execute(() -> happened.add("next"));

        scheduler.runUntil(1_000_000);

        assertThat(uncaught).hasSize(1);
        assertThat(happened).containsExactly("next");
    }
}
