package io.fairlead.chaos.log;

import io.fairlead.chaos.log.Crashes.Event;
import io.fairlead.chaos.log.DrivenLog.Kind;
import io.fairlead.chaos.log.DrivenLog.Step;
import io.fairlead.chaos.sim.SimulatedCrash;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Any steps, over lives that end in any way: the log is what the model says. */
class LogPropertyTest {
    /** How a life ends. */
    enum End {
        POWER_LOSS,
        PROCESS_EXIT,
        ERROR_AND_PROCESS_EXIT,
        ERROR_AND_POWER_LOSS
    }

    /** What happens in a life, and after how many operations of the disk it ends. */
    record Life(List<Step> steps, long operations, End end) {}

    @Property(tries = 1000)
    void a_log_is_what_was_written_to_it(@ForAll("lives") @Size(max = 6) List<Life> lives, @ForAll long seed)
            throws IOException {
        Crashes crashes = new Crashes(seed);
        DrivenLog log = new DrivenLog(crashes.mount());
        for (Life life : lives) {
            live(life, log, crashes);
        }
        log.open(crashes.mount());
        log.run(List.of(new Step(Kind.APPEND, 1), new Step(Kind.SYNC, 1), new Step(Kind.REOPEN, 1)));
    }

    private static void live(Life life, DrivenLog log, Crashes crashes) {
        boolean error = life.end == End.ERROR_AND_POWER_LOSS || life.end == End.ERROR_AND_PROCESS_EXIT;
        try {
            log.open(crashes.mount(life.operations, error ? Event.ERROR : Event.CRASH));
            log.run(life.steps);
        } catch (SimulatedCrash | IOException e) {
            // That is how this life ends.
        }
        if (life.end == End.POWER_LOSS || life.end == End.ERROR_AND_POWER_LOSS) {
            crashes.disk.crash();
        } else {
            crashes.disk.processExit();
        }
    }

    @Provide
    Arbitrary<List<Life>> lives() {
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(6, Arbitraries.of(Kind.APPEND, Kind.APPEND_MUCH)),
                net.jqwik.api.Tuple.of(3, Arbitraries.just(Kind.SYNC)),
                net.jqwik.api.Tuple.of(4, Arbitraries.of(Kind.class)));
        Arbitrary<Step> steps = Combinators.combine(
                        kinds, Arbitraries.integers().between(1, 1000))
                .as(Step::new);
        return Combinators.combine(
                        steps.list().ofMaxSize(40), Arbitraries.longs().between(1, 150), Arbitraries.of(End.class))
                .as(Life::new)
                .list();
    }
}
