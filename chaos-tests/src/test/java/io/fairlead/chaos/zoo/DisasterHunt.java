package io.fairlead.chaos.zoo;

import io.fairlead.chaos.disaster.DisasterSimulation;
import java.util.function.LongFunction;

/** As {@link Hunt}, in disasters. */
public final class DisasterHunt implements LongFunction<String> {
    /** Where bugs say that they are to be looked for so. */
    static final String PROFILE = "DISASTERS";

    /** Made by {@link Hunt#in}. */
    public DisasterHunt() {}

    @Override
    public String apply(long seed) {
        return DisasterSimulation.run(seed, false).failure().lines().findFirst().orElse("");
    }
}
