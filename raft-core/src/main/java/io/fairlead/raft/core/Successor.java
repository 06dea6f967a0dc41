package io.fairlead.raft.core;

import io.fairlead.raft.message.Configuration;
import java.util.Comparator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Who should lead next (rule X8): whoever is nearest to having everything, then who is quickest to take over. */
final class Successor {
    private static final Comparator<Progress> BY_FITNESS = Comparator.<Progress>comparingLong(Progress::matchIndex)
            .thenComparing(Comparator.<Progress>comparingLong(progress -> progress.unsyncedNanos)
                    .reversed())
            .thenComparingLong(progress -> progress.ackedSendNanos);

    private Successor() {}

    /** The fittest voter that may lead and is {@code eligible}; among equals in this the one of the highest priority. */
    static @Nullable Progress best(Leadership leadership, Configuration configuration, Predicate<Progress> eligible) {
        return best(
                leadership,
                configuration,
                eligible,
                BY_FITNESS.thenComparingInt(progress -> configuration.priority(progress.peer)));
    }

    /** The {@code eligible} voter of the highest priority; among equals in this the fittest. */
    static @Nullable Progress mostWanted(
            Leadership leadership, Configuration configuration, Predicate<Progress> eligible) {
        return best(
                leadership,
                configuration,
                eligible,
                Comparator.<Progress>comparingInt(progress -> configuration.priority(progress.peer))
                        .thenComparing(BY_FITNESS));
    }

    private static @Nullable Progress best(
            Leadership leadership,
            Configuration configuration,
            Predicate<Progress> eligible,
            Comparator<Progress> order) {
        return leadership.peers().stream()
                .filter(progress -> mayLead(configuration, progress.peer) && eligible.test(progress))
                .max(order)
                .orElse(null);
    }

    /** Tells if a member votes in the configuration to come and is wanted as leader. */
    static boolean mayLead(Configuration configuration, long member) {
        return configuration.voters().contains(member) && configuration.priority(member) > 0;
    }
}
