package io.fairlead.chaos.sim;

import io.fairlead.raft.spi.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Virtual time: a queue of events, taken in the order of their times, and among equal times in an order that the seed
 * chooses. The running hash over all events tells whether two runs were the same.
 *
 * <p><b>Threads:</b> one.
 */
public final class Scheduler {
    /** Time is cut in slots of 2^22 ns, some 4 ms. */
    private static final int SLOT_BITS = 22;

    private final Randomness ties;
    private final List<Runnable> observers = new ArrayList<>();
    private final ArrayDeque<Event> soon = new ArrayDeque<>();
    /** What comes before {@link #sortedUntil}, as a heap. */
    private Event[] heap = new Event[256];

    private int size;
    private long sortedUntil = 1L << SLOT_BITS;
    /** What comes later, slot by slot: mostly timeouts, which would make every way through the heap longer. */
    private final TreeMap<Long, List<Event>> later = new TreeMap<>();

    private int laterSize;
    private long now;
    private long sequence;
    private long executed;
    private long hash = 0x5EEDL;

    /** One thing that will happen. Cancelling leaves it in the queue, without effect. */
    private static final class Event implements Worker.Timer {
        final long time;
        final long tieBreak;
        final long sequence;
        final long label;
        final Runnable action;
        boolean cancelled;

        Event(long time, long tieBreak, long sequence, long label, Runnable action) {
            this.time = time;
            this.tieBreak = tieBreak;
            this.sequence = sequence;
            this.label = label;
            this.action = action;
        }

        boolean before(Event other) {
            if (time != other.time) {
                return time < other.time;
            }
            return tieBreak != other.tieBreak ? tieBreak < other.tieBreak : sequence < other.sequence;
        }

        @Override
        public void cancel() {
            cancelled = true;
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
        Event event = new Event(Math.max(time, now), ties.next(), sequence++, label, action);
        if (event.time < sortedUntil) {
            push(event);
        } else {
            later.computeIfAbsent(event.time >>> SLOT_BITS, slot -> new ArrayList<>())
                    .add(event);
            laterSize++;
        }
        return event;
    }

    /** Lets {@code action} happen after {@code delay} nanoseconds. */
    public Worker.Timer after(long delay, long label, Runnable action) {
        return at(now + Math.max(0, delay), label, action);
    }

    /** Lets {@code action} be the next event of all, at this very moment. */
    public void soon(long label, Runnable action) {
        soon.addLast(new Event(now, 0, sequence++, label, action));
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
        event.action.run();
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
        return size + laterSize;
    }

    /** The heap is empty: takes the next slot into it, if that begins by {@code limit}. */
    private boolean sortNextSlot(long limit) {
        if (laterSize == 0 || later.firstKey() > limit >>> SLOT_BITS) {
            return false;
        }
        Map.Entry<Long, List<Event>> slot = later.pollFirstEntry();
        sortedUntil = (slot.getKey() + 1) << SLOT_BITS;
        laterSize -= slot.getValue().size();
        slot.getValue().forEach(this::push);
        return true;
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
