package io.fairlead.raft.netty;

import io.fairlead.raft.netty.codec.HelloReply;
import io.fairlead.raft.netty.codec.MessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way to one peer for one lane: keeps a connection, and the messages that wait for it.
 *
 * <p>Messages wait as the objects they are; they become bytes only when the socket takes some. So a stalled peer costs
 * references to entries that the log's cache has anyway, and the bound on waiting bytes is a bound on what is lost when
 * the connection breaks.
 *
 * <p><b>Threads:</b> {@link #send} any; the rest belongs to the loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails also closes the channel, and that is heard.
final class Link {
    /** Frames are put together up to this size, so that one write carries many. */
    private static final int BATCH_BYTES = 64 << 10;

    /** Where the connection stands. */
    private enum State {
        /** Not wanted now. */
        IDLE,
        /** Being made; messages wait for it. */
        DIALLING,
        /** Messages flow. */
        READY,
        /** Failed; the next attempt comes after a pause. Messages are dropped. */
        PAUSED,
        /** Never again. */
        CLOSED
    }

    private final Shared shared;
    private final Peer peer;
    private final Lane lane;
    private final EventLoop loop;
    private final SendQueue sendQueue;
    private final long maxWaitingBytes;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean overflowing = new AtomicBoolean();

    private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>();
    private final MessageEncoder encoder = new MessageEncoder();
    private final Backoff backoff;
    private State state = State.IDLE;
    private @Nullable Dialler dialler;
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> timer;
    private boolean touched;
    private int maxFrameBytes;
    private int attempts;
    private long lastUseNanos;
    private boolean watchingStall;

    Link(Shared shared, Peer peer, Lane lane, EventLoop loop, SendQueue sendQueue) {
        NettyTransportConfig config = shared.config();
        this.shared = shared;
        this.peer = peer;
        this.lane = lane;
        this.loop = loop;
        this.sendQueue = sendQueue;
        this.maxWaitingBytes = lane == Lane.URGENT ? config.urgentBufferBytes() : config.bulkBufferBytes();
        this.backoff =
                new Backoff(config.minBackoff().toNanos(), config.maxBackoff().toNanos());
    }

    Peer peer() {
        return peer;
    }

    Lane lane() {
        return lane;
    }

    /** Queues a message, or drops it if too much is waiting already. Any thread. */
    void send(Outgoing outgoing) {
        if (reserve(outgoing.size)) {
            sendQueue.push(outgoing);
            return;
        }
        shared.counters().dropped(DropCause.BUFFER_FULL);
        if (!overflowing.getAndSet(true) && lane != Lane.URGENT) {
            loop.execute(() -> peer.onFailure(lane, "too much is waiting", true));
        }
    }

    /** Takes room for {@code size} bytes. A message larger than the whole bound may wait alone. */
    private boolean reserve(int size) {
        long after = waitingBytes.addAndGet(size);
        if (after <= maxWaitingBytes || after == size) {
            return true;
        }
        waitingBytes.addAndGet(-size);
        return false;
    }

    private void release(long size) {
        long left = waitingBytes.addAndGet(-size);
        if (left < maxWaitingBytes / 2 && overflowing.getPlain()) {
            overflowing.set(false);
        }
    }

    /** Takes a message over from the queue; tells if {@link #write} must be called, which it must be told once. */
    boolean offer(Outgoing outgoing) {
        assert loop.inEventLoop();
        if (state == State.PAUSED || state == State.CLOSED) {
            release(outgoing.size);
            shared.counters().dropped(state == State.CLOSED ? DropCause.CLOSED : DropCause.NOT_CONNECTED);
            return false;
        }
        waiting.add(outgoing);
        boolean first = !touched;
        touched = true;
        return first;
    }

    /** Turns waiting messages into bytes while the socket takes them, and flushes once. */
    void write() {
        assert loop.inEventLoop();
        touched = false;
        if (state == State.IDLE && !waiting.isEmpty()) {
            dial();
        }
        Channel to = channel;
        if (state != State.READY || to == null || waiting.isEmpty()) {
            return;
        }
        boolean written = false;
        while (!waiting.isEmpty() && to.isWritable()) {
            ByteBuf batch = nextBatch(to);
            if (batch.isReadable()) {
                shared.counters().bytesSent.add(batch.readableBytes());
                to.write(batch, to.voidPromise());
                written = true;
            } else {
                batch.release();
            }
        }
        if (written) {
            lastUseNanos = System.nanoTime();
            shared.counters().flushes.increment();
            to.flush();
        }
        if (!to.isWritable()) {
            watchStall(to);
        }
    }

    private ByteBuf nextBatch(Channel to) {
        long room = 0;
        for (Outgoing outgoing : waiting) {
            room += outgoing.size;
            if (room >= BATCH_BYTES) {
                break;
            }
        }
        ByteBuf batch = to.alloc().ioBuffer((int) Math.min(room, Integer.MAX_VALUE - 8));
        long released = 0;
        int frames = 0;
        Outgoing next = waiting.peek();
        while (next != null && (batch.readableBytes() == 0 || batch.readableBytes() + next.size <= BATCH_BYTES)) {
            waiting.remove();
            released += next.size;
            if (encoder.encode(next.groupId, next.message, maxFrameBytes, batch)) {
                frames++;
            } else {
                shared.counters().dropped(DropCause.TOO_LARGE);
            }
            next = waiting.peek();
        }
        release(released);
        shared.counters().framesSent.add(frames);
        return batch;
    }

    /** Makes the connection, if it is wanted always. */
    void open() {
        if (state == State.IDLE && !lane.isOnDemand()) {
            dial();
        }
    }

    private void dial() {
        state = State.DIALLING;
        timer = null;
        dialler = new Dialler(shared, this, loop);
        dialler.dial(attempts++);
    }

    /** The peer has accepted the connection. */
    void onAccepted(Dialler of, Channel accepted, HelloReply reply) {
        if (dialler != of) {
            return;
        }
        state = State.READY;
        channel = accepted;
        maxFrameBytes = (int) Math.min(reply.maxFrameBytes(), Integer.MAX_VALUE - 1024);
        backoff.reset();
        attempts = 0;
        shared.counters().connects.increment();
        peer.onReady(lane);
        if (lane.isOnDemand()) {
            lastUseNanos = System.nanoTime();
            closeWhenIdle();
        }
        write();
    }

    /** The peer does not want this connection, and will hardly want the next one. */
    void onRefused(Dialler of) {
        if (dialler == of) {
            backoff.jumpToMax();
        }
    }

    /** There is no connection (any more), whoever caused that. */
    void onEnded(Dialler of, String cause) {
        if (dialler != of) {
            return;
        }
        boolean wasReady = state == State.READY;
        (wasReady ? shared.counters().connectionsLost : shared.counters().connectFailures).increment();
        dialler = null;
        channel = null;
        state = State.PAUSED;
        dropWaiting(DropCause.CONNECTION_LOST);
        timer = loop.schedule(this::retry, backoff.next(), TimeUnit.NANOSECONDS);
        peer.onFailure(lane, cause, wasReady || lane == Lane.ENTRIES);
    }

    private void retry() {
        if (state == State.PAUSED) {
            if (lane.isOnDemand()) {
                state = State.IDLE;
            } else {
                dial();
            }
        }
    }

    /** Ends a pause. */
    void hurry() {
        if (state == State.PAUSED) {
            cancelTimer();
            retry();
        }
    }

    /** The peer's address has changed. */
    void redial() {
        if (state != State.CLOSED) {
            abandon(State.IDLE, DropCause.CONNECTION_LOST);
            open();
        }
    }

    /** Closes the connection, once and for all; what was written before goes out. */
    void close() {
        abandon(State.CLOSED, DropCause.CLOSED);
    }

    private void abandon(State next, DropCause cause) {
        cancelTimer();
        Dialler old = dialler;
        dialler = null;
        channel = null;
        state = next;
        dropWaiting(cause);
        if (old != null) {
            old.abandon();
        }
    }

    private void dropWaiting(DropCause cause) {
        if (waiting.isEmpty()) {
            return;
        }
        long released = 0;
        for (Outgoing outgoing : waiting) {
            released += outgoing.size;
        }
        shared.counters().dropped(cause, waiting.size());
        waiting.clear();
        release(released);
    }

    private void closeWhenIdle() {
        long idleNanos = shared.config().idleTimeout().toNanos();
        timer = loop.schedule(
                () -> {
                    Channel idle = channel;
                    if (state != State.READY || idle == null) {
                        return;
                    }
                    if (waiting.isEmpty() && idle.isWritable() && System.nanoTime() - lastUseNanos >= idleNanos) {
                        abandon(State.IDLE, DropCause.CLOSED);
                    } else {
                        closeWhenIdle();
                    }
                },
                idleNanos,
                TimeUnit.NANOSECONDS);
    }

    /** Gives the peer up if the socket takes nothing for too long, which not every kernel does by itself. */
    private void watchStall(Channel stalled) {
        if (watchingStall) {
            return;
        }
        watchingStall = true;
        long bytes = stalled.bytesBeforeWritable();
        loop.schedule(
                () -> {
                    watchingStall = false;
                    if (channel != stalled || stalled.isWritable()) {
                        return;
                    }
                    if (stalled.bytesBeforeWritable() >= bytes) {
                        stalled.close();
                    } else {
                        watchStall(stalled);
                    }
                },
                shared.config().deadPeerTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
