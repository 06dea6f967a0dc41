package io.fairlead.chaos;

import io.fairlead.chaos.faults.FaultKind;
import java.util.Map;
import java.util.Optional;

/**
 * How one run went.
 *
 * @param seed what the scenario was drawn from
 * @param profile the family of runs it belongs to
 * @param virtualNanos how much time passed in it
 * @param events how much happened in it
 * @param checks how many times an invariant was looked at
 * @param faults how often each kind of fault was injected
 * @param acknowledged calls of clients that were answered with a result
 * @param hash the same for every run of the same seed and code
 * @param failure what is to say if something is wrong
 */
public record SimulationResult(
        long seed,
        Scenario.Profile profile,
        long virtualNanos,
        long events,
        long checks,
        Map<FaultKind, Long> faults,
        long acknowledged,
        long hash,
        Optional<FailureReport> failure) {}
