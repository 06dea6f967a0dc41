package io.fairlead.raft.core;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import java.util.ArrayList;
import java.util.List;

/** The configurations in the log. The newest is in force as soon as it is appended, committed or not (§6, rule M1). */
final class ConfigurationHistory {
    private final List<ConfigurationAt> history = new ArrayList<>();

    ConfigurationHistory(List<ConfigurationAt> restored) {
        Invariant.check(!restored.isEmpty(), "there is always a configuration, if only an empty one");
        history.addAll(restored);
    }

    ConfigurationAt inForce() {
        return history.get(history.size() - 1);
    }

    /** The configuration that was in force at {@code index}. */
    ConfigurationAt at(long index) {
        int i = history.size() - 1;
        while (i > 0 && history.get(i).id().index() > index) {
            i--;
        }
        return history.get(i);
    }

    /** The entry since which leases have been on without a break; of no meaning while they are off. */
    long leasesSince() {
        int i = history.size() - 1;
        while (i > 0 && history.get(i - 1).configuration().leaderLease()) {
            i--;
        }
        return history.get(i).id().index();
    }

    void append(EntryId id, Configuration configuration) {
        Invariant.checkOrder("configuration index", inForce().id().index(), "next one", id.index());
        history.add(new ConfigurationAt(id, configuration));
    }

    /** Rolls back what stood at or behind {@code index}; answers whether anything did. */
    boolean truncateFrom(long index) {
        boolean changed = false;
        while (history.size() > 1 && inForce().id().index() >= index) {
            history.remove(history.size() - 1);
            changed = true;
        }
        return changed;
    }

    /** Forgets those that were replaced before {@code index}. */
    void compactTo(long index) {
        while (history.size() > 1 && history.get(1).id().index() <= index) {
            history.remove(0);
        }
    }

    void reset(EntryId id, Configuration configuration) {
        history.clear();
        history.add(new ConfigurationAt(id, configuration));
    }
}
