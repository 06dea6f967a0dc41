package io.fairlead.chaos.sim;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time: a queue of events, taken in the order of their times, and among equal times in an order that the seed
 * chooses. The running hash over all events tells whether two runs were the same.
 *
 * <p><b>Threads:</b> one.
 */
public final class Scheduler {
    /** Time is cut in slots of 2^22 ns, some 4 ms; the next 2^11 of them, some 9 s, have a place of their own. */
    private static final int SLOT_BITS = 22;

    private static final int SLOTS = 1 << 11;

    private final Randomness ties;
    private final List<Runnable> observers = new ArrayList<>();
    private final ArrayDeque<Event> soon = new ArrayDeque<>();
    /** What comes before {@link #sortedUntil}, as a heap. */
    private Event[] heap = new Event[256];

    private int size;
    private long sortedUntil = 1L << SLOT_BITS;
    /** What comes later, slot by slot: mostly timeouts, which would make every way through the heap longer. */
    private final @Nullable Event[] later = new Event[SLOTS];

    private int laterSize;
    /** What comes so late that it has no slot yet, of which there is little. */
    private final PriorityQueue<Event> late = new PriorityQueue<>();

    private long now;
    private long sequence;
    private long executed;
    private long hash = 0x5EEDL;

    /** One thing that may happen, once at a time. Cancelling leaves it in the queue, without effect. */
    public abstract static class Event implements Worker.Timer, Comparable<Event> {
        private final long label;
        private long time;
        private long tieBreak;
        private long sequence;
        private boolean cancelled;
        private @Nullable Event nextInSlot;

        /** @param label what kind of event of whom, for the hash */
        protected Event(long label) {
            this.label = label;
        }

        /** The time has come. */
        protected abstract void happen();

        private boolean before(Event other) {
            if (time != other.time) {
                return time < other.time;
            }
            return tieBreak != other.tieBreak ? tieBreak < other.tieBreak : sequence < other.sequence;
        }

        @Override
        public final int compareTo(Event other) {
            return this == other ? 0 : before(other) ? -1 : 1;
        }

        @Override
        public final void cancel() {
            cancelled = true;
        }

        /** Tells if it was cancelled, before or after its time. */
        protected final boolean isCancelled() {
            return cancelled;
        }
    }

    private static final class Action extends Event {
        private final Runnable action;

        Action(long label, Runnable action) {
            super(label);
            this.action = action;
        }

        @Override
        protected void happen() {
            action.run();
        }
    }

    /** An empty queue at time 0. */
    public Scheduler(long seed) {
        ties = Randomness.of(seed, "ties");
    }

    /** Nanoseconds of virtual time since the simulation began. */
    public long now() {
        return now;
    }

    /** Events that have happened. */
    public long executed() {
        return executed;
    }

    /** A hash over the times and labels of all events so far, and whatever was {@linkplain #note noted}. */
    public long hash() {
        return hash;
    }

    /** Mixes something that must be the same in every run of this seed into the hash. */
    public void note(long fact) {
        hash = Randomness.splitMix(hash ^ fact) + fact;
    }

    /** Called after every event. */
    public void afterEachEvent(Runnable observer) {
        observers.add(observer);
    }

    /**
     * Lets {@code action} happen at {@code time}, or now if that is over.
     *
     * @param label what kind of event of whom, for the hash
     */
    public Worker.Timer at(long time, long label, Runnable action) {
        Event event = new Action(label, action);
        at(time, event);
        return event;
    }

    /** Lets {@code event}, which is not in the queue, happen at {@code time}, or now if that is over. */
    public void at(long time, Event event) {
        event.time = Math.max(time, now);
        event.tieBreak = ties.next();
        event.sequence = sequence++;
        if (event.time < sortedUntil) {
            push(event);
        } else {
            putLater(event);
        }
    }

    /** Lets {@code action} happen after {@code delay} nanoseconds. */
    public Worker.Timer after(long delay, long label, Runnable action) {
        return at(now + Math.max(0, delay), label, action);
    }

    /** Lets {@code event}, which is not in the queue, be the next of all, at this very moment. */
    public void soon(Event event) {
        event.time = now;
        event.tieBreak = 0;
        event.sequence = sequence++;
        soon.addLast(event);
    }

    /** Lets the next event happen; false if there is none up to {@code limit}. */
    public boolean step(long limit) {
        Event event = soon.pollFirst();
        while (event == null && (size > 0 || sortNextSlot(limit)) && heap[0].time <= limit) {
            event = poll();
            if (event.cancelled) {
                event = null;
            }
        }
        if (event == null) {
            return false;
        }
        now = event.time;
        executed++;
        note(event.time ^ (event.label << 40));
        event.happen();
        for (int i = 0; i < observers.size(); i++) {
            observers.get(i).run();
        }
        return true;
    }

    /** Lets everything up to {@code time} happen. */
    public void runUntil(long time) {
        while (step(time)) {}
        now = Math.max(now, time);
    }

    /** Events that wait, cancelled ones included. */
    public int queued() {
        return size + laterSize + late.size();
    }

    private void putLater(Event event) {
        if (event.time >= sortedUntil + ((long) (SLOTS - 1) << SLOT_BITS)) {
            late.add(event);
        } else {
            int slot = slotOf(event.time);
            event.nextInSlot = later[slot];
            later[slot] = event;
            laterSize++;
        }
    }

    private static int slotOf(long time) {
        return (int) (time >>> SLOT_BITS) & (SLOTS - 1);
    }

    /** The heap is empty: takes the next slot that has something into it, if that begins by {@code limit}. */
    private boolean sortNextSlot(long limit) {
        while (sortedUntil <= limit && laterSize + late.size() > 0) {
            int slot = slotOf(sortedUntil);
            sortedUntil += 1L << SLOT_BITS;
            Event first = later[slot];
            later[slot] = null;
            for (Event event = first; event != null; event = event.nextInSlot) {
                push(event);
                laterSize--;
            }
            while (!late.isEmpty() && late.element().time < sortedUntil) {
                push(late.remove());
            }
            if (size > 0) {
                return true;
            }
        }
        return false;
    }

    private void push(Event event) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!event.before(heap[parent])) {
                break;
            }
            heap[hole] = heap[parent];
            hole = parent;
        }
        heap[hole] = event;
    }

    private Event poll() {
        Event first = heap[0];
        Event last = heap[--size];
        Arrays.fill(heap, size, size + 1, null);
        if (size > 0) {
            siftDown(last);
        }
        return first;
    }

    private void siftDown(Event event) {
        int hole = 0;
        while (true) {
            int child = 2 * hole + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && heap[child + 1].before(heap[child])) {
                child++;
            }
            if (!heap[child].before(event)) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = event;
    }
}
