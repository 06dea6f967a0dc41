package io.fairlead.chaos.zoo;

import io.fairlead.chaos.FailureReport;
import io.fairlead.chaos.Simulation;
import java.util.function.LongFunction;

/** What runs inside a {@link BuggyLibrary}: one seed, and the first line of its report, empty if nothing is wrong. */
public final class Hunt implements LongFunction<String> {
    /** Made by {@link #in}. */
    public Hunt() {}

    @Override
    public String apply(long seed) {
        return Simulation.run(seed).failure().map(FailureReport::what).orElse("");
    }

    /** A hunt inside a library. */
    @SuppressWarnings("unchecked") // Both sides know LongFunction from the JDK.
    static LongFunction<String> in(BuggyLibrary library, Class<?> hunt) {
        try {
            return (LongFunction<String>)
                    library.loadClass(hunt.getName()).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
