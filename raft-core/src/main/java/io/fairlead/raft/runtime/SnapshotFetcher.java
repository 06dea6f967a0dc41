package io.fairlead.raft.runtime;

import io.fairlead.raft.message.FetchSnapshotChunk;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.InstallSnapshotReply.Status;
import io.fairlead.raft.message.SnapshotChunk;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.Transport;
import io.fairlead.raft.spi.Worker;
import java.io.IOException;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a snapshot from a peer, at this member's own pace: a few chunks are asked for at a time, the next ones when
 * those are written. What has arrived stays on disk, so an attempt goes on where the one before ended, restarts
 * included. Only silence ends an attempt, never its length.
 *
 * <p><b>Threads:</b> the background worker owns all state; the entry points hand over to it.
 *
 * <p><b>Memory:</b> {@value #OUTSTANDING_CHUNKS} chunks.
 */
final class SnapshotFetcher {
    private static final Logger log = LoggerFactory.getLogger(SnapshotFetcher.class);

    private static final int CHUNK_BYTES = SnapshotSender.MAX_CHUNK_BYTES;
    private static final int OUTSTANDING_CHUNKS = 2;
    private static final int MAX_QUEUED = 16;
    private static final int MAX_SILENCES = 10;

    private final long groupId;
    private final long memberId;
    private final SnapshotStore snapshots;
    private final Transport transport;
    private final Worker background;
    private final long signOfLifeNanos;
    private final long silenceNanos;
    private final Reports reports;
    private final AtomicInteger queued = new AtomicInteger();
    private @Nullable Fetch current;
    private boolean closed;

    /** What the fetcher tells the loop. <b>Threads:</b> called on the background worker. */
    interface Reports {
        /** The snapshot is here, verified and durable. */
        void received(SnapshotMeta snapshot);

        /** The attempt was given up. */
        void failed(SnapshotMeta snapshot);
    }

    SnapshotFetcher(
            long groupId,
            long memberId,
            SnapshotStore snapshots,
            Transport transport,
            Worker background,
            long electionTimeoutNanos,
            Reports reports) {
        this.groupId = groupId;
        this.memberId = memberId;
        this.snapshots = snapshots;
        this.transport = transport;
        this.background = background;
        this.signOfLifeNanos = Math.max(1, electionTimeoutNanos / 2);
        this.silenceNanos = 4 * electionTimeoutNanos;
        this.reports = reports;
    }

    /** Fetches {@code snapshot} from {@code from}; another fetch is given up. {@code term} is the sender's. */
    void start(long from, SnapshotMeta snapshot, long term) {
        background.execute(() -> begin(new Fetch(from, snapshot, term)));
    }

    /** A piece arrived. Any thread. */
    void onChunk(SnapshotChunk chunk) {
        if (queued.incrementAndGet() > MAX_QUEUED) {
            queued.decrementAndGet();
            return;
        }
        background.execute(() -> {
            queued.decrementAndGet();
            accept(chunk);
        });
    }

    /** The snapshot is installed, or no longer wanted: no more signs of life. */
    void finish(long snapshotId) {
        background.execute(() -> {
            Fetch fetch = current;
            if (fetch != null && fetch.snapshot.id() == snapshotId) {
                end(fetch);
            }
        });
    }

    /** Gives up what is under way, for good. On the background worker. */
    void close() {
        closed = true;
        if (current != null) {
            end(current);
        }
    }

    /** One attempt. */
    private static final class Fetch {
        final long from;
        final SnapshotMeta snapshot;
        final long term;
        final TreeMap<Long, SnapshotChunk> early = new TreeMap<>();
        SnapshotStore.@Nullable Incoming incoming;
        long received;
        long requested;
        int silences;
        Worker.@Nullable Timer silence;
        Worker.@Nullable Timer signOfLife;

        Fetch(long from, SnapshotMeta snapshot, long term) {
            this.from = from;
            this.snapshot = snapshot;
            this.term = term;
        }
    }

    private void begin(Fetch fetch) {
        if (closed) {
            return;
        }
        if (current != null) {
            end(current);
        }
        current = fetch;
        try {
            SnapshotStore.Incoming incoming = snapshots.receive(fetch.snapshot);
            fetch.incoming = incoming;
            fetch.received = incoming.receivedBytes();
            fetch.requested = fetch.received;
            log.info(
                    "group={} member={} fetching snapshot={} index={} bytes={} from={} resumedAt={}",
                    groupId,
                    memberId,
                    Long.toHexString(fetch.snapshot.id()),
                    fetch.snapshot.lastIncluded().index(),
                    fetch.snapshot.sizeBytes(),
                    fetch.from,
                    fetch.received);
            signOfLife(fetch);
            goOn(fetch, incoming);
        } catch (IOException e) {
            giveUp(fetch, "it could not be stored", e);
        }
    }

    private void accept(SnapshotChunk chunk) {
        Fetch fetch = current;
        if (fetch == null || fetch.incoming == null || chunk.snapshotId() != fetch.snapshot.id()) {
            return;
        }
        if (chunk.offset() < 0) {
            giveUp(fetch, "the sender no longer has it", null);
            return;
        }
        CRC32C crc = new CRC32C();
        crc.update(chunk.data().duplicate());
        if ((int) crc.getValue() != chunk.crc32c() || chunk.offset() < fetch.received) {
            return; // Damaged or repeated; what is missing is asked for again after a silence.
        }
        if (!chunk.data().hasRemaining()) {
            giveUp(fetch, "the sender's copy ends at " + chunk.offset(), null);
            return;
        }
        if (fetch.early.size() < OUTSTANDING_CHUNKS) {
            fetch.early.put(chunk.offset(), chunk);
        }
        try {
            write(fetch, fetch.incoming);
            goOn(fetch, fetch.incoming);
        } catch (IOException e) {
            giveUp(fetch, "it could not be stored", e);
        }
    }

    private void write(Fetch fetch, SnapshotStore.Incoming incoming) throws IOException {
        SnapshotChunk next;
        while ((next = fetch.early.remove(fetch.received)) != null) {
            int length = next.data().remaining();
            if (length > fetch.snapshot.sizeBytes() - fetch.received) {
                throw new IOException("the sender sent more than " + fetch.snapshot.sizeBytes() + " bytes");
            }
            incoming.write(next.data().duplicate());
            fetch.received += length;
            fetch.silences = 0;
        }
        fetch.early.headMap(fetch.received).clear();
    }

    private void goOn(Fetch fetch, SnapshotStore.Incoming incoming) throws IOException {
        cancel(fetch.silence);
        long size = fetch.snapshot.sizeBytes();
        if (fetch.received == size) {
            fetch.incoming = null;
            try (incoming) {
                incoming.publish();
            }
            reports.received(fetch.snapshot);
            return;
        }
        while (fetch.requested < size && fetch.requested - fetch.received < (long) OUTSTANDING_CHUNKS * CHUNK_BYTES) {
            int bytes = (int) Math.min(CHUNK_BYTES, size - fetch.requested);
            transport.send(
                    groupId, new FetchSnapshotChunk(memberId, fetch.from, fetch.snapshot.id(), fetch.requested, bytes));
            fetch.requested += bytes;
        }
        fetch.silence = background.schedule(silenceNanos, () -> onSilence(fetch, incoming));
    }

    private void onSilence(Fetch fetch, SnapshotStore.Incoming incoming) {
        if (fetch != current || fetch.incoming != incoming) {
            return;
        }
        fetch.silences++;
        if (fetch.silences > MAX_SILENCES) {
            giveUp(fetch, "member " + fetch.from + " does not answer", null);
            return;
        }
        fetch.requested = fetch.received;
        fetch.early.clear();
        try {
            goOn(fetch, incoming);
        } catch (IOException e) {
            giveUp(fetch, "it could not be stored", e);
        }
    }

    private void signOfLife(Fetch fetch) {
        if (fetch == current) {
            transport.send(
                    groupId,
                    new InstallSnapshotReply(
                            memberId, fetch.from, fetch.term, fetch.snapshot.id(), Status.FETCHING, fetch.received));
            fetch.signOfLife = background.schedule(signOfLifeNanos, () -> signOfLife(fetch));
        }
    }

    private void giveUp(Fetch fetch, String why, @Nullable IOException cause) {
        log.warn(
                "group={} member={} gave up snapshot={} from={} after bytes={}: {}",
                groupId,
                memberId,
                Long.toHexString(fetch.snapshot.id()),
                fetch.from,
                fetch.received,
                why,
                cause);
        end(fetch);
        reports.failed(fetch.snapshot);
    }

    private void end(Fetch fetch) {
        current = null;
        cancel(fetch.silence);
        cancel(fetch.signOfLife);
        SnapshotStore.Incoming incoming = fetch.incoming;
        fetch.incoming = null;
        if (incoming != null) {
            try {
                incoming.close();
            } catch (IOException e) {
                log.warn("group={} a half-received snapshot could not be closed", groupId, e);
            }
        }
    }

    private static void cancel(Worker.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
