package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.Worker;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up the log's beginning behind what a snapshot or the state machine itself has made durable, less what is kept
 * for followers that are a little behind (rules C-1 to C-3).
 *
 * <p><b>Threads:</b> the loop decides, the background worker does it.
 *
 * <p><b>Failure:</b> a log that cannot be compacted is reported, and tried again when there is more to give up.
 */
final class Compaction {
    private static final Logger log = LoggerFactory.getLogger(Compaction.class);

    private final long groupId;
    private final Retention retention;
    private final LogStore entries;
    private final ConfigurationFile configurations;
    private final Worker background;
    private final LongConsumer compacted;
    private long writtenConfigurationIndex;
    private long done;
    private boolean running;
    private boolean heldUp;

    /**
     * @param writtenConfiguration the configuration in the file, by its index
     * @param compacted told the first index that the log has now, on the background worker
     */
    Compaction(
            long groupId,
            RaftConfig config,
            LogStore entries,
            ConfigurationFile configurations,
            long writtenConfiguration,
            Worker background,
            LongConsumer compacted) {
        this.groupId = groupId;
        this.retention = new Retention(config.retainedEntries(), config.retainedBytes());
        this.entries = entries;
        this.configurations = configurations;
        this.writtenConfigurationIndex = writtenConfiguration;
        this.background = background;
        this.compacted = compacted;
    }

    /** Compacts if it is worth it. {@code durableIndex} is safe elsewhere. */
    void consider(Server server, long appliedIndex, long durableIndex, long now) {
        heldUp = false;
        if (running || durableIndex <= done) {
            return;
        }
        Retention.Extent log = new Retention.Extent(server.firstIndex(), server.lastIndex(), entries.sizeBytes());
        long worthWhile = done + Math.max(1, retention.kept(log) / 8);
        long wanted = retention.wanted(log, Math.min(appliedIndex, durableIndex));
        long target = retention.allowed(log, wanted, server.compactableUpTo(wanted, now));
        if (target < worthWhile || target < server.firstIndex()) {
            heldUp = wanted >= worthWhile;
            return;
        }
        ConfigurationAt configuration = server.configurationAt(target);
        running = true;
        background.execute(() -> compact(target, configuration));
        done = target;
    }

    private void compact(long target, ConfigurationAt configuration) {
        try {
            if (configuration.id().index() > writtenConfigurationIndex
                    && configuration.id().index() <= target) {
                configurations.write(configuration);
                writtenConfigurationIndex = configuration.id().index();
            }
            entries.compact(target + 1);
            log.debug("group={} compacted the log to index={}", groupId, target);
        } catch (IOException e) {
            log.warn("group={} could not compact the log up to index={}", groupId, target, e);
        }
        compacted.accept(entries.firstIndex()); // What a compaction that fails half-way has given up is gone, too.
    }

    /** Whether a follower still needs what could go otherwise, so that it is worth asking again. */
    boolean isHeldUp() {
        return heldUp;
    }

    /** A compaction ended. */
    void onDone() {
        running = false;
    }
}
