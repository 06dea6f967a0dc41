package io.fairlead.chaos.small;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.chaos.small.Bounds.Event;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every order of events in small clusters, more than a million states in all. */
class ExplorerTest {
    private static final long FAR_TOO_MANY = 20_000_000;

    static Stream<Bounds> bounds() {
        return Stream.of(
                Bounds.of(3, 0, 3).with(Event.TIMEOUT, 1).with(Event.PROPOSE, 1).with(Event.CRASH, 1),
                Bounds.of(2, 0, 4)
                        .with(Event.TIMEOUT, 2)
                        .with(Event.PROPOSE, 1)
                        .with(Event.DROP, 1)
                        .with(Event.DUPLICATE, 1),
                Bounds.of(2, 1, 2).with(Event.TIMEOUT, 2).with(Event.CHANGE, 1).with(Event.CRASH, 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bounds")
    void figure_3_holds_in_every_state(Bounds bounds) {
        Explorer.Result result = new Explorer(bounds).explore(FAR_TOO_MANY);
        System.out.printf("%s: %,d states, %,d steps%n", bounds, result.states(), result.steps());
        assertThat(result.violation()).isEmpty();
        assertThat(result.complete()).isTrue();
    }

    @Test
    void a_lone_voter_elects_itself() {
        Explorer.Result result = new Explorer(Bounds.of(1, 0, 1).with(Event.TIMEOUT, 1)).explore(100);
        assertThat(result.complete()).isTrue();
        assertThat(result.states())
                .as("started, campaigning, leading, committed")
                .isGreaterThanOrEqualTo(4);
    }
}
