package io.fairlead.raft.netty;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The way of messages from any thread to the links of one event loop. The first message after a pause schedules one
 * drain; all that come until it runs share it, its wake-up, and one flush per link. Batching is never timed: it is what
 * piled up while the loop was on its way.
 *
 * <p>A stack whose top producers swap in and the loop takes off whole: one atomic operation per message, and the
 * producer that finds it empty knows that it has to call the loop. A message sent on the loop itself wakes nobody.
 *
 * <p><b>Order:</b> messages of one thread reach their links in the order of its calls.
 *
 * <p><b>Threads:</b> {@link #push} any; the rest belongs to the loop.
 */
final class SendQueue {
    private final EventLoop loop;
    private final AtomicReference<@Nullable Outgoing> top = new AtomicReference<>();
    private final List<Link> touched = new ArrayList<>();
    private final Runnable drain = this::drain;

    SendQueue(EventLoop loop) {
        this.loop = loop;
    }

    /** Hands a message to its link, soon. */
    void push(Outgoing outgoing) {
        Outgoing below;
        do {
            below = top.getPlain();
            outgoing.next = below;
        } while (!top.weakCompareAndSetVolatile(below, outgoing));
        if (below == null) {
            loop.execute(drain);
        }
    }

    /** Gives all waiting messages to their links, and lets each of these write once. */
    void drain() {
        assert loop.inEventLoop();
        Outgoing first = reverse(top.getAndSet(null));
        while (first != null) {
            Outgoing next = first.next;
            first.next = null;
            if (first.link.offer(first)) {
                touched.add(first.link);
            }
            first = next;
        }
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).write();
        }
        touched.clear();
    }

    /** The stack has the newest on top; the links want the oldest first. */
    private static @Nullable Outgoing reverse(@Nullable Outgoing stack) {
        Outgoing reversed = null;
        Outgoing rest = stack;
        while (rest != null) {
            Outgoing next = rest.next;
            rest.next = reversed;
            reversed = rest;
            rest = next;
        }
        return reversed;
    }
}
