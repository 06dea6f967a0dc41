package io.fairlead.raft.runtime;

import io.fairlead.raft.message.FetchSnapshotChunk;
import io.fairlead.raft.message.SnapshotChunk;
import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.Transport;
import io.fairlead.raft.spi.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers peers that fetch a snapshot. Any member that has it can.
 *
 * <p><b>Threads:</b> requests come from any, files are read on the background worker.
 *
 * <p><b>Memory:</b> one chunk of {@value #MAX_CHUNK_BYTES} bytes; at most {@value #MAX_QUEUED} requests wait for their
 * turn, more are lost, and asked again.
 */
final class SnapshotSender {
    /** The most that one chunk carries. */
    static final int MAX_CHUNK_BYTES = 256 << 10;

    private static final Logger log = LoggerFactory.getLogger(SnapshotSender.class);
    private static final int MAX_QUEUED = 32;
    private static final long NEVER = Long.MIN_VALUE;

    private final long groupId;
    private final SnapshotStore snapshots;
    private final Transport transport;
    private final Worker background;
    private final Clock clock;
    private final Throttle throttle;
    private final Set<Piece> waiting = new HashSet<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicLong lastServedNanos = new AtomicLong(NEVER);

    /** What somebody waits for. */
    private record Piece(long peer, long snapshotId, long offset) {}

    SnapshotSender(
            long groupId,
            SnapshotStore snapshots,
            Transport transport,
            Worker background,
            Throttle throttle,
            Clock clock) {
        this.groupId = groupId;
        this.snapshots = snapshots;
        this.transport = transport;
        this.background = background;
        this.throttle = throttle;
        this.clock = clock;
    }

    /** A peer wants a piece. Any thread. */
    void onFetch(FetchSnapshotChunk request) {
        if (queued.incrementAndGet() > MAX_QUEUED) {
            queued.decrementAndGet();
            return;
        }
        background.execute(() -> admit(request));
    }

    /** Whoever is impatient, and asks again for what waits for its turn, does not get it twice. */
    private void admit(FetchSnapshotChunk request) {
        Piece piece = new Piece(request.from(), request.snapshotId(), request.offset());
        if (!waiting.add(piece)) {
            queued.decrementAndGet();
            return;
        }
        long delayNanos = throttle.book(bytesOf(request));
        if (delayNanos > 0) {
            background.schedule(delayNanos, () -> serve(piece, request));
        } else {
            serve(piece, request);
        }
    }

    private void serve(Piece piece, FetchSnapshotChunk request) {
        waiting.remove(piece);
        queued.decrementAndGet();
        serve(request);
    }

    private static int bytesOf(FetchSnapshotChunk request) {
        return Math.max(0, Math.min(request.maxBytes(), MAX_CHUNK_BYTES));
    }

    /** Tells if a peer has fetched something in the last {@code nanos}. Any thread. */
    boolean hasServedWithin(long nanos) {
        long last = lastServedNanos.getAcquire();
        return last != NEVER && clock.nanoTime() - last < nanos;
    }

    private void serve(FetchSnapshotChunk request) {
        long offset = request.offset();
        ByteBuffer data = ByteBuffer.allocate(bytesOf(request));
        boolean present = false;
        if (offset >= 0) {
            try {
                present = snapshots.read(request.snapshotId(), offset, data);
            } catch (IOException e) {
                log.warn("group={} snapshot={} could not be read for a peer", groupId, request.snapshotId(), e);
            }
        }
        data.flip();
        if (present) {
            lastServedNanos.setRelease(clock.nanoTime());
        } else {
            offset = -1;
            data.limit(0);
        }
        CRC32C crc = new CRC32C();
        crc.update(data.duplicate());
        transport.send(
                groupId,
                new SnapshotChunk(
                        request.to(), request.from(), request.snapshotId(), offset, data.asReadOnlyBuffer(), (int)
                                crc.getValue()));
    }
}
