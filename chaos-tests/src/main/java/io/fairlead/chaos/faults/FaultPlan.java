package io.fairlead.chaos.faults;

import io.fairlead.chaos.sim.Randomness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that will go wrong in a run. Drawn from a seed, and then explicit, so that it can be made smaller.
 *
 * @param faults in the order of their times
 * @param drawn how many there were before the plan was made smaller
 */
public record FaultPlan(List<Fault> faults, int drawn) {
    private static final long MILLIS = 1_000_000;

    /** Freezes the list. */
    public FaultPlan {
        faults = List.copyOf(faults);
    }

    /** Nothing goes wrong. */
    public static FaultPlan none() {
        return new FaultPlan(List.of(), 0);
    }

    /** Draws faults of these kinds for a phase of {@code duration} nanoseconds. */
    public static FaultPlan draw(long seed, Set<FaultKind> kinds, long duration) {
        List<Fault> faults = new ArrayList<>();
        for (FaultKind kind : kinds) {
            Randomness random = Randomness.of(seed, "plan " + kind.id());
            if (kind.sort() == FaultKind.Sort.WHOLE_RUN) {
                faults.add(new Fault(0, kind, 0, duration, random.next()));
                continue;
            }
            double meanGap = random.logUniform(300 * MILLIS, 15_000 * MILLIS);
            double meanDuration = random.logUniform(20 * MILLIS, 3_000 * MILLIS);
            long at = random.exponential(meanGap);
            while (at < duration) {
                faults.add(new Fault(0, kind, at, MILLIS + random.exponential(meanDuration), random.next()));
                at += MILLIS + random.exponential(meanGap);
            }
        }
        faults.sort(Comparator.comparingLong(Fault::at));
        for (int i = 0; i < faults.size(); i++) {
            Fault fault = faults.get(i);
            faults.set(i, new Fault(i, fault.kind(), fault.at(), fault.duration(), fault.choice()));
        }
        return new FaultPlan(faults, faults.size());
    }

    /** Only the faults with these numbers. */
    public FaultPlan keeping(List<Integer> numbers) {
        Set<Integer> wanted = Set.copyOf(numbers);
        return new FaultPlan(
                faults.stream().filter(fault -> wanted.contains(fault.number())).toList(), drawn);
    }

    /** Tells if nothing was left out of what was drawn. */
    public boolean isWhole() {
        return faults.size() == drawn;
    }

    /** The numbers of the faults, with commas between; -1 if there are none. */
    public String numbers() {
        return faults.isEmpty()
                ? "-1"
                : faults.stream().map(fault -> String.valueOf(fault.number())).collect(Collectors.joining(","));
    }

    /** The kinds of fault in this plan. */
    public Set<FaultKind> kinds() {
        EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        faults.forEach(fault -> kinds.add(fault.kind()));
        return kinds;
    }
}
