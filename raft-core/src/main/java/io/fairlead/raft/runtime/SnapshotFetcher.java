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
 * included. Only silence ends an attempt, never its length: where chunks take so long that they seem lost, smaller ones
 * are asked for.
 *
 * <p><b>Threads:</b> the background worker owns all state; the entry points hand over to it.
 *
 * <p><b>Memory:</b> {@value #OUTSTANDING_CHUNKS} chunks, and at most {@value #MAX_QUEUED} that have arrived and wait for
 * the worker.
 */
final class SnapshotFetcher {
    private static final Logger log = LoggerFactory.getLogger(SnapshotFetcher.class);

    static final int OUTSTANDING_CHUNKS = 2;
    private static final int MAX_CHUNK_BYTES = SnapshotSender.MAX_CHUNK_BYTES;
    private static final int MIN_CHUNK_BYTES = 4 << 10;
    private static final int MOST_CAUTIOUS_CHUNKS = 1024;
    private static final int MAX_QUEUED = 16;
    private static final int MAX_SILENCES = 4;

    private final long groupId;
    private final long memberId;
    private final SnapshotStore snapshots;
    private final Transport transport;
    private final Worker background;
    private final Throttle throttle;
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
            Throttle throttle,
            long electionTimeoutNanos,
            Reports reports) {
        this.groupId = groupId;
        this.memberId = memberId;
        this.snapshots = snapshots;
        this.transport = transport;
        this.background = background;
        this.throttle = throttle;
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
        /** Counts how often was asked anew from where it stands: what was booked before that is not sent any more. */
        int round;

        int silences;
        int chunkBytes = MIN_CHUNK_BYTES;
        /** So many chunks in a row have to come in time before larger ones are tried; more after every failure. */
        int growsAfterChunks = 2;

        int punctualChunks;
        Worker.@Nullable Timer silence;
        Worker.@Nullable Timer signOfLife;

        Fetch(long from, SnapshotMeta snapshot, long term) {
            this.from = from;
            this.snapshot = snapshot;
            this.term = term;
        }

        /** Pieces of several sizes may be under way after a silence: what counts is what they weigh. */
        boolean hasRoomFor(SnapshotChunk chunk) {
            long bytes = chunk.data().remaining();
            for (SnapshotChunk each : early.values()) {
                bytes += each.data().remaining();
            }
            return bytes <= (OUTSTANDING_CHUNKS - 1L) * MAX_CHUNK_BYTES;
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
        if ((int) crc.getValue() != chunk.crc32c()) {
            log.warn("group={} member={} a chunk at {} arrived damaged", groupId, memberId, chunk.offset());
            askAgain(fetch, fetch.incoming);
            return;
        }
        fetch.silences = 0;
        if (!chunk.data().hasRemaining()) {
            giveUp(fetch, "the sender's copy ends at " + chunk.offset(), null);
            return;
        }
        if (chunk.offset() == fetch.received || (chunk.offset() > fetch.received && fetch.hasRoomFor(chunk))) {
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
            fetch.punctualChunks++;
            if (fetch.punctualChunks >= fetch.growsAfterChunks) {
                fetch.punctualChunks = 0;
                fetch.chunkBytes = Math.min(MAX_CHUNK_BYTES, fetch.chunkBytes * 2);
            }
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
        long window = (long) OUTSTANDING_CHUNKS * fetch.chunkBytes;
        while (fetch.requested < size && fetch.requested - fetch.received < window) {
            int bytes = (int) Math.min(fetch.chunkBytes, size - fetch.requested);
            request(fetch, new FetchSnapshotChunk(memberId, fetch.from, fetch.snapshot.id(), fetch.requested, bytes));
            fetch.requested += bytes;
        }
        // The longer it is silent the more patiently it is asked: what was asked for may be on its way, and slow.
        fetch.silence = background.schedule(
                throttle.backlogNanos() + (silenceNanos << fetch.silences), () -> onSilence(fetch, incoming));
    }

    private void request(Fetch fetch, FetchSnapshotChunk wanted) {
        long delayNanos = throttle.book(wanted.maxBytes());
        if (delayNanos == 0) {
            transport.send(groupId, wanted);
            return;
        }
        int round = fetch.round;
        background.schedule(delayNanos, () -> {
            if (fetch == current && fetch.incoming != null && fetch.round == round) {
                transport.send(groupId, wanted);
            }
        });
    }

    private void onSilence(Fetch fetch, SnapshotStore.Incoming incoming) {
        if (fetch != current || fetch.incoming != incoming) {
            return;
        }
        fetch.chunkBytes = Math.max(MIN_CHUNK_BYTES, fetch.chunkBytes / 2);
        fetch.growsAfterChunks = Math.min(MOST_CAUTIOUS_CHUNKS, fetch.growsAfterChunks * 2);
        askAgain(fetch, incoming);
    }

    /** Asks anew for everything that is not here yet, unless it has been in vain too often. */
    private void askAgain(Fetch fetch, SnapshotStore.Incoming incoming) {
        fetch.silences++;
        if (fetch.silences > MAX_SILENCES) {
            giveUp(fetch, "nothing that is whole comes from member " + fetch.from, null);
            return;
        }
        fetch.round++;
        fetch.punctualChunks = 0;
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
