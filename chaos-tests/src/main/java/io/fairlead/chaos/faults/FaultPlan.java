package io.fairlead.chaos.faults;

import io.fairlead.chaos.sim.Randomness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that will go wrong in a run. Drawn from a seed, and then explicit, so that it can be made smaller.
 *
 * @param faults in the order of their times
 */
public record FaultPlan(List<Fault> faults) {
    private static final long MILLIS = 1_000_000;

    /** Freezes the list. */
    public FaultPlan {
        faults = List.copyOf(faults);
    }

    /** Nothing goes wrong. */
    public static FaultPlan none() {
        return new FaultPlan(List.of());
    }

    /** Draws faults of these kinds for a phase of {@code duration} nanoseconds. */
    public static FaultPlan draw(long seed, Set<FaultKind> kinds, long duration) {
        List<Fault> faults = new ArrayList<>();
        for (FaultKind kind : kinds) {
            Randomness random = Randomness.of(seed, "plan " + kind.id());
            if (kind.sort() == FaultKind.Sort.WHOLE_RUN) {
                faults.add(new Fault(kind, 0, duration, random.next()));
                continue;
            }
            double meanGap = random.logUniform(300 * MILLIS, 15_000 * MILLIS);
            double meanDuration = random.logUniform(20 * MILLIS, 3_000 * MILLIS);
            long at = random.exponential(meanGap);
            while (at < duration) {
                faults.add(new Fault(kind, at, MILLIS + random.exponential(meanDuration), random.next()));
                at += MILLIS + random.exponential(meanGap);
            }
        }
        faults.sort(Comparator.comparingLong(Fault::at));
        return new FaultPlan(faults);
    }

    /** Only the faults at these places in the list. */
    public FaultPlan keeping(List<Integer> numbers) {
        List<Fault> kept = new ArrayList<>();
        for (Integer number : numbers) {
            if (number >= 0 && number < faults.size()) {
                kept.add(faults.get(number));
            }
        }
        return new FaultPlan(kept);
    }

    /** The kinds of fault in this plan. */
    public Set<FaultKind> kinds() {
        EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        faults.forEach(fault -> kinds.add(fault.kind()));
        return kinds;
    }
}
