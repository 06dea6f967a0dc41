package io.fairlead.server.etcd;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The way of answers from any thread to the connections of one event loop. The first answer after a pause schedules one
 * drain; all that come until it runs share it and its wake-up, so that the answers of one applied batch cost the loop
 * one task, and each connection one flush.
 *
 * <p><b>Threads:</b> {@link #push} any; answers run on the loop, in the order in which one thread pushed them.
 *
 * <p><b>Memory:</b> one small object per call under way.
 */
final class AnswerQueue {
    private final EventLoop loop;
    private final AtomicReference<@Nullable Answer> top = new AtomicReference<>();
    private final Runnable drain = this::drain;
    private final List<UnaryStreams> toFlush = new ArrayList<>();
    private boolean draining;

    /** An answer on its way; pushed at most once. */
    abstract static class Answer {
        private @Nullable Answer next;

        /** Writes the answer. Called on the loop. */
        abstract void write();
    }

    AnswerQueue(EventLoop loop) {
        this.loop = loop;
    }

    /** Lets the loop write an answer: at once if this is the loop, else soon. */
    void push(Answer answer) {
        if (loop.inEventLoop()) {
            answer.write();
            return;
        }
        Answer below;
        do {
            below = top.getPlain();
            answer.next = below;
        } while (!top.weakCompareAndSetVolatile(below, answer));
        if (below == null) {
            loop.execute(drain);
        }
    }

    /** Flushes a connection when the answers of this turn are written. Called on the loop. */
    void flushSoon(UnaryStreams connection) {
        if (toFlush.isEmpty() && !draining) {
            loop.execute(drain);
        }
        toFlush.add(connection);
    }

    private void drain() {
        draining = true;
        Answer first = reverse(top.getAndSet(null));
        while (first != null) {
            Answer next = first.next;
            first.next = null;
            first.write();
            first = next;
        }
        draining = false;
        for (int i = 0; i < toFlush.size(); i++) {
            toFlush.get(i).flush();
        }
        toFlush.clear();
    }

    /** The stack has the newest on top; clients are answered oldest first. */
    private static @Nullable Answer reverse(@Nullable Answer stack) {
        Answer reversed = null;
        Answer rest = stack;
        while (rest != null) {
            Answer next = rest.next;
            rest.next = reversed;
            reversed = rest;
            rest = next;
        }
        return reversed;
    }
}
