package io.fairlead.chaos.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.chaos.log.Crashes.Event;
import io.fairlead.chaos.log.DrivenLog.Kind;
import io.fairlead.chaos.log.DrivenLog.Step;
import io.fairlead.chaos.sim.SimulatedCrash;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever operation of the disk a crash or an error takes the place of, what was acknowledged is there afterwards: in
 * the middle of append, roll, truncate, reset, compact, recycle, snapshot publication, close, and of recovery itself.
 */
class LogCrashTest {
    private static final int STEPS = Integer.getInteger("steps", 40);
    private static final int OUTCOMES = Integer.getInteger("outcomes", 3);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void a_crash_between_any_two_operations_loses_nothing_that_was_synced(long seed) throws IOException {
        List<Step> steps = Crashes.script(seed, STEPS);
        long operations = operationsOf(steps);
        assertThat(operations).isGreaterThan(100);
        for (long n = 1; n <= operations; n++) {
            for (int outcome = 0; outcome < OUTCOMES; outcome++) {
                crashAt(n, seed * 1000 + outcome, steps);
            }
        }
    }

    /** Crashes at an operation, then again at every operation of the recovery that follows, then looks. */
    private static void crashAt(long n, long seed, List<Step> steps) throws IOException {
        long again = 1;
        boolean crashed = true;
        while (crashed) {
            Crashes crashes = new Crashes(seed);
            DrivenLog driven = new DrivenLog(crashes.mount());
            assertThat(runUntilCrash(driven, crashes, n, steps)).isTrue();
            crashes.disk.crash();
            crashed = openUntilCrash(driven, crashes, again);
            if (crashed) {
                crashes.disk.crash();
                driven.open(crashes.mount());
            }
            crashes.disk.crash();
            driven.open(crashes.mount());
            driven.run(List.of(new Step(Kind.APPEND, 3), new Step(Kind.SYNC, 1), new Step(Kind.REOPEN, 1)));
            again++;
        }
    }

    private static boolean runUntilCrash(DrivenLog driven, Crashes crashes, long n, List<Step> steps)
            throws IOException {
        try {
            driven.open(crashes.mount(n, Event.CRASH));
            driven.run(steps);
            return false;
        } catch (SimulatedCrash e) {
            return true;
        }
    }

    private static boolean openUntilCrash(DrivenLog driven, Crashes crashes, long n) throws IOException {
        try {
            driven.open(crashes.mount(n, Event.CRASH));
            return false;
        } catch (SimulatedCrash e) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void after_an_error_a_restart_of_the_process_shows_nothing_that_a_crash_takes_away(long seed) throws IOException {
        List<Step> steps = Crashes.script(seed, STEPS);
        long operations = operationsOf(steps);
        for (long n = 1; n <= operations; n++) {
            Crashes crashes = new Crashes(seed * 1000 + n);
            DrivenLog driven = new DrivenLog(crashes.mount());
            if (runUntilError(driven, crashes, n, steps)) {
                crashes.disk.processExit();
            }
            driven.open(crashes.mount());
            crashes.disk.crash();
            driven.open(crashes.mount());
        }
    }

    /** Errors of what runs in the background are survived; after any other the log takes nothing any more. */
    private static boolean runUntilError(DrivenLog driven, Crashes crashes, long n, List<Step> steps) {
        Step under = new Step(Kind.REOPEN, 0);
        try {
            driven.open(crashes.mount(n, Event.ERROR));
            for (Step step : steps) {
                under = step;
                try {
                    driven.run(step);
                } catch (IOException e) {
                    if (!EnumSet.of(Kind.PREPARE, Kind.COMPACT, Kind.SNAPSHOT).contains(step.kind())) {
                        throw e;
                    }
                }
            }
            return false;
        } catch (IOException e) {
            if (under.kind() == Kind.APPEND || under.kind() == Kind.SYNC) {
                assertThat(driven.refusesWrites()).isTrue();
            }
            return true;
        }
    }

    private static long operationsOf(List<Step> steps) throws IOException {
        Crashes crashes = new Crashes(0);
        DrivenLog driven = new DrivenLog(crashes.mount());
        driven.open(crashes.mount());
        driven.run(steps);
        return crashes.operations();
    }
}
