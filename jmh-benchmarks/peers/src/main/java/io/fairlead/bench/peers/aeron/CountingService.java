package io.fairlead.bench.peers.aeron;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/** Counts commands and answers each with its first eight bytes. */
final class CountingService implements ClusteredService {
    private static final int ANSWER_BYTES = 8;

    volatile long count;
    private @Nullable IdleStrategy idle;

    @Override
    public void onStart(Cluster cluster, @Nullable Image snapshot) {
        idle = cluster.idleStrategy();
    }

    @Override
    public void onSessionMessage(
            @Nullable ClientSession session,
            long timestamp,
            DirectBuffer buffer,
            int offset,
            int length,
            Header header) {
        count++;
        if (session == null || idle == null) {
            return;
        }
        while (session.offer(buffer, offset, ANSWER_BYTES) < 0 && !session.isClosing()) {
            idle.idle();
        }
    }

    @Override
    public void onSessionOpen(ClientSession session, long timestamp) {}

    @Override
    public void onSessionClose(ClientSession session, long timestamp, CloseReason reason) {}

    @Override
    public void onTimerEvent(long correlationId, long timestamp) {}

    @Override
    public void onTakeSnapshot(ExclusivePublication publication) {}

    @Override
    public void onRoleChange(Cluster.Role role) {}

    @Override
    public void onTerminate(Cluster cluster) {}
}
