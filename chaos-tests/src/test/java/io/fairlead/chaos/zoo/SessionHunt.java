package io.fairlead.chaos.zoo;

import io.fairlead.chaos.FailureReport;
import io.fairlead.chaos.Scenario;
import io.fairlead.chaos.session.SessionSimulation;
import java.util.function.LongFunction;

/** As {@link Hunt}, with clients that have sessions. */
public final class SessionHunt implements LongFunction<String> {
    /** Where bugs say that they are to be looked for so. */
    static final String PROFILE = "SESSIONS";

    /** Made by {@link Hunt#in}. */
    public SessionHunt() {}

    @Override
    public String apply(long seed) {
        return SessionSimulation.run(Scenario.of(seed), false)
                .failure()
                .map(FailureReport::what)
                .orElse("");
    }
}
