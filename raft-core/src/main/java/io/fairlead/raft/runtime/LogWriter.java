package io.fairlead.raft.runtime;

import io.fairlead.raft.core.PersistBatch;
import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.Transport;
import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage that owns the log's writing side: it writes all batches that have queued, syncs once, releases the messages
 * that had to wait for that, and tells the loop.
 *
 * <p><b>Order:</b> batches are written in the order of their numbers; messages leave in the order in which the core
 * asked for them.
 *
 * <p><b>Threads:</b> the log writer's worker; a lone write on a quick disk takes place on the loop ({@link LoopWaits}).
 *
 * <p><b>Failure:</b> the first error of the disk ends it: nothing is written, synced or sent any more, since nobody
 * knows what a disk holds after a failed sync. The group stops.
 *
 * <p><b>Memory:</b> the core bounds what it has under way.
 */
final class LogWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    private final long groupId;
    private final LogStore log;
    private final Transport transport;
    private final LongConsumer persisted;
    private final Clock clock;
    private final Listeners listeners;
    private final FailureHandler failures;
    private final GroupWorkers workers;
    private final long prepareEveryBytes;
    private final Stage<PersistBatch> stage;
    private final LoopWaits loopWaits;
    private long bytes;
    private long preparedAtBytes;
    private boolean failed;
    private long lastNumber;
    private final Notes notes;
    private boolean forgetsLosses;
    private @Nullable Entry newConfiguration;

    /** What is kept beside the log. Durable on return. */
    interface Notes {
        /** The member had lost something, and is whole. */
        void forgetLosses() throws IOException;

        /** The log holds another configuration, durably. */
        void holds(ConfigurationAt newest) throws IOException;
    }

    /**
     * @param workers the log writer's, the loop, and where the next segment is got ready
     * @param loopWaits when the loop may wait for the disk itself
     * @param segmentBytes how large a segment is
     * @param isWhole whether the member is under no repair: what it began as is of no interest once it has written
     * @param persisted told the number of the newest batch that is durable, on the worker that wrote it
     */
    LogWriter(
            long groupId,
            LogStore log,
            Transport transport,
            GroupWorkers workers,
            LoopWaits loopWaits,
            long segmentBytes,
            LongConsumer persisted,
            FailureHandler failures,
            Clock clock,
            Listeners listeners,
            Notes notes,
            boolean isWhole) {
        this.notes = notes;
        this.forgetsLosses = isWhole;
        this.groupId = groupId;
        this.log = log;
        this.transport = transport;
        this.persisted = persisted;
        this.failures = failures;
        this.clock = clock;
        this.listeners = listeners;
        this.workers = workers;
        this.loopWaits = loopWaits;
        this.prepareEveryBytes = segmentBytes / 128; // Half of the first segment of a life.
        this.stage = new Stage<>(workers.logWriter(), this::write);
    }

    /**
     * Writes a batch. On the loop, in the order of the numbers.
     *
     * @param mayHoldUp whether the loop may write it itself
     */
    void offer(PersistBatch batch, boolean mayHoldUp) {
        stage.leave(batch);
        if (!mayHoldUp || !loopWaits.begin(batch)) {
            stage.schedule();
        } else if (!stage.scheduleOn(workers.loop(), loopWaits::end)) {
            loopWaits.end();
        }
    }

    /** Closes the log behind everything offered, then calls {@code done} with the error, if there was one. */
    void close(Completion done) {
        // Batches offered before may still be behind this in the worker's queue, but a group that stops needs none.
        // What the loop is still to write by itself it writes first.
        workers.loop()
                .execute(() -> workers.logWriter().execute(() -> {
                    failed = true;
                    @Nullable IOException error = null;
                    try {
                        log.close();
                    } catch (IOException e) {
                        error = e;
                    }
                    done.completed(error);
                }));
    }

    @SuppressWarnings("CatchingUnchecked") // A stage's root: whatever happens here stops the group, nothing else.
    private void write(List<PersistBatch> batches) {
        assert workers.logWriter().isCurrent() || workers.loop().isCurrent();
        if (failed) {
            return;
        }
        try {
            long begun = clock.nanoTime();
            boolean sync = false;
            int entries = 0;
            long bytesBefore = bytes;
            for (int i = 0; i < batches.size(); i++) {
                PersistBatch batch = batches.get(i);
                if (batch.number() <= lastNumber) {
                    throw new IllegalStateException("batch " + batch.number() + " follows batch " + lastNumber);
                }
                lastNumber = batch.number();
                forgetsLosses |= batch.endsRepair();
                if (batch.mustSync() || batch.hardState() != null) {
                    log.append(new LogStore.Write(
                            batch.reset(), batch.truncateFrom(), batch.entries(), batch.hardState()));
                    sync |= batch.mustSync();
                    entries += batch.entries().size();
                    lookAt(batch.entries());
                }
            }
            if (sync) {
                sync(begun, entries, bytes - bytesBefore);
            }
            for (int i = 0; i < batches.size(); i++) {
                for (RaftMessage message : batches.get(i).afterwards()) {
                    transport.send(groupId, message);
                }
            }
            persisted.accept(lastNumber);
            prepareNextSegment();
        } catch (Throwable e) {
            failed = true;
            failures.failed("the log could not be written", e);
        }
    }

    private void sync(long begun, int entries, long written) throws IOException {
        long writtenAt = clock.nanoTime();
        log.sync();
        long syncedAt = clock.nanoTime();
        loopWaits.onSynced(syncedAt - begun, log.needsNextSegment());
        listeners.tell(listener -> listener.onLogSynced(entries, written, writtenAt - begun, syncedAt - writtenAt));
        if (forgetsLosses) {
            forgetsLosses = false;
            notes.forgetLosses();
        }
        Entry configuration = newConfiguration;
        if (configuration != null) {
            newConfiguration = null;
            notes.holds(new ConfigurationAt(configuration.id(), Configuration.decode(configuration.payload())));
        }
    }

    private void lookAt(List<Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            bytes += entry.encodedLength();
            if (entry.kind() == EntryKind.CONFIGURATION) {
                newConfiguration = entry;
            }
        }
    }

    /** A group that writes will need another segment; one that is idle shall not occupy its space. */
    private void prepareNextSegment() {
        if (bytes - preparedAtBytes >= prepareEveryBytes && log.needsNextSegment()) {
            preparedAtBytes = bytes;
            workers.background().execute(() -> {
                try {
                    log.prepareNextSegment();
                } catch (IOException e) {
                    LOG.warn("group={} could not prepare the next segment; writes will wait for it", groupId, e);
                }
            });
        }
    }
}
