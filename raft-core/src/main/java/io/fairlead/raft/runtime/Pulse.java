package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.Worker;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What lets idle groups go quiet (ADR 0012): once per heartbeat interval this node tells each other one that it is
 * there, and tells its groups which nodes are, and in which of their lives. A life is a run of the process, and ends
 * early when one of its groups does: whoever relied on that group's leader looks again.
 *
 * <p>The node speaks only when every loop of it has had a turn since it spoke last, so a loop that hangs does not hide
 * behind the others.
 *
 * <p><b>Threads:</b> the worker, the first loop, owns all state; {@link #onSignOfLife}, {@link #introduce} and {@link
 * #renew} may be called by any.
 */
final class Pulse {
    private final long self;
    private final long intervalNanos;
    private final long silenceNanos;
    private final Worker worker;
    private final Supplier<Collection<Worker>> loops;
    private final Bundler bundler;
    private final Peers peers;
    private final Supplier<Collection<? extends Group<?>>> groups;
    private final Clock clock;
    private final LongSupplier randomness;

    private final TreeMap<Long, Heard> nodes = new TreeMap<>();
    private long life;
    private long beats;
    private long dueNanos;
    private boolean everyLoopHadItsTurn = true;
    private volatile boolean stopped;

    /** What was heard of a node last. */
    private record Heard(long life, long beat, long atNanos, boolean isSilent) {
        long lifeNow() {
            return isSilent ? 0 : life;
        }
    }

    /** @param loops those that have been started */
    Pulse(
            long self,
            long intervalNanos,
            long electionTimeoutNanos,
            Worker worker,
            Supplier<Collection<Worker>> loops,
            Bundler bundler,
            Peers peers,
            Supplier<Collection<? extends Group<?>>> groups,
            Clock clock,
            LongSupplier randomness) {
        this.self = self;
        this.intervalNanos = intervalNanos;
        this.silenceNanos = electionTimeoutNanos - intervalNanos; // Noticed before an election timeout is over.
        this.worker = worker;
        this.loops = loops;
        this.bundler = bundler;
        this.peers = peers;
        this.groups = groups;
        this.clock = clock;
        this.randomness = randomness;
        this.life = newLife();
    }

    private long newLife() {
        return randomness.getAsLong() | 1;
    }

    void start() {
        worker.execute(() -> scheduleNext(clock.nanoTime()));
    }

    void stop() {
        stopped = true;
    }

    /** A group has begun: tells it what it missed. */
    void introduce(Group<?> group) {
        worker.execute(() -> {
            group.onNode(self, life, 0);
            nodes.forEach((member, heard) -> group.onNode(member, heard.lifeNow(), heard.atNanos()));
        });
    }

    /** A group has ended, and the process goes on. */
    void renew() {
        worker.execute(() -> {
            life = newLife();
            tell(group -> group.onNode(self, life, 0));
        });
    }

    /** Another node says that it is there. What is repeated, or comes behind something later, says nothing. */
    void onSignOfLife(long member, long itsLife, long itsBeat) {
        worker.execute(() -> {
            long now = clock.nanoTime();
            Heard before = nodes.get(member);
            if (before != null && before.life() == itsLife && itsBeat <= before.beat()) {
                return;
            }
            nodes.put(member, new Heard(itsLife, itsBeat, now, false));
            if (before == null || before.lifeNow() != itsLife) {
                tell(group -> group.onNode(member, itsLife, before == null ? now : before.atNanos()));
            }
        });
    }

    private void beat() {
        if (stopped) {
            return;
        }
        long now = clock.nanoTime();
        if (now - dueNanos > silenceNanos / 2) {
            nodes.replaceAll(
                    (member, heard) -> // This process stood still: listen again.
                    new Heard(heard.life(), heard.beat(), now, heard.isSilent()));
        }
        lookForSilence(now);
        if (everyLoopHadItsTurn) {
            everyLoopHadItsTurn = false;
            beats++;
            peers.members().forEach(member -> bundler.offerSignOfLife(member, life, beats));
            visit(List.copyOf(loops.get()).iterator());
        }
        scheduleNext(now);
    }

    private void lookForSilence(long now) {
        for (Map.Entry<Long, Heard> each : nodes.entrySet()) {
            long member = each.getKey();
            Heard heard = each.getValue();
            if (!heard.isSilent() && now - heard.atNanos() > silenceNanos) {
                each.setValue(new Heard(heard.life(), heard.beat(), heard.atNanos(), true));
                tell(group -> group.onNode(member, 0, heard.atNanos()));
            }
        }
    }

    private void visit(Iterator<Worker> others) {
        if (others.hasNext()) {
            others.next().execute(() -> visit(others));
        } else {
            worker.execute(() -> everyLoopHadItsTurn = true);
        }
    }

    /** At the same moments as the leaders of all groups, so that all of it is one frame. */
    private void scheduleNext(long now) {
        dueNanos = now - Math.floorMod(now, intervalNanos) + intervalNanos;
        worker.schedule(dueNanos - now, this::beat);
    }

    private void tell(Consumer<Group<?>> word) {
        groups.get().forEach(word);
    }
}
