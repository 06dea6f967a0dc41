package io.fairlead.bench.peers.aeron;

import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressListener;
import io.aeron.logbuffer.Header;
import io.fairlead.bench.embedded.EmbeddedGroup.Done;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The one thread that talks to the cluster, as Aeron's client wants it: it offers and polls in turn. */
final class AeronClient implements EgressListener, Runnable, AutoCloseable {
    private static final int SLOTS = 1 << 14;
    private static final long KEEP_ALIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final @Nullable Done[] underWay = new @Nullable Done[SLOTS];
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 16]);
    private final IdleStrategy idle = new BackoffIdleStrategy();
    private final Thread thread = new Thread(this, "aeron-bench-client");
    private final AeronCluster.Context context;
    private volatile boolean closed;
    private volatile boolean connected;
    private long correlation;

    private record Waiting(byte[] command, Done done) {}

    AeronClient(AeronCluster.Context context) {
        this.context = context.egressListener(this);
        thread.setDaemon(true);
        thread.start();
    }

    boolean isConnected() {
        return connected;
    }

    void propose(byte[] command, Done done) {
        waiting.add(new Waiting(command, done));
    }

    @Override
    public void run() {
        try (AeronCluster cluster = AeronCluster.connect(context)) {
            connected = true;
            long keepAliveAt = System.nanoTime();
            while (!closed) {
                int work = cluster.pollEgress();
                for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
                    work++;
                    send(cluster, next);
                }
                long now = System.nanoTime();
                if (now - keepAliveAt >= 0) {
                    keepAliveAt = now + KEEP_ALIVE_NANOS;
                    cluster.sendKeepAlive();
                }
                idle.idle(work);
            }
        }
    }

    private void send(AeronCluster cluster, Waiting next) {
        long id = correlation++;
        underWay[(int) (id % SLOTS)] = next.done;
        buffer.putBytes(0, next.command);
        buffer.putLong(0, id);
        while (cluster.offer(buffer, 0, next.command.length) < 0 && !closed) {
            cluster.pollEgress();
        }
    }

    @Override
    public void onMessage(
            long clusterSessionId, long timestamp, DirectBuffer answer, int offset, int length, Header header) {
        int slot = (int) (answer.getLong(offset) % SLOTS);
        Done done = underWay[slot];
        underWay[slot] = null;
        if (done != null) {
            done.applied();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
