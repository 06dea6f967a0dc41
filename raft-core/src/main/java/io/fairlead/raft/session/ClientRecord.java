package io.fairlead.raft.session;

import java.util.Collection;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the table knows of one session.
 *
 * <p><b>Threads:</b> the applier.
 */
final class ClientRecord<R> {
    private final long id;
    private final long timeoutNanos;
    private final int maxAnswers;
    private final TreeMap<Long, KeptAnswer<R>> answers = new TreeMap<>();
    private long firstUnanswered;
    private long usedAtNanos;
    private long usedIndex;

    ClientRecord(long id, long timeoutNanos, int maxAnswers, long firstUnanswered, long usedAtNanos, long usedIndex) {
        this.id = id;
        this.timeoutNanos = timeoutNanos;
        this.maxAnswers = maxAnswers;
        this.firstUnanswered = firstUnanswered;
        this.usedAtNanos = usedAtNanos;
        this.usedIndex = usedIndex;
    }

    /** The same now, which later changes of this one do not change. */
    ClientRecord<R> copy() {
        ClientRecord<R> copy =
                new ClientRecord<>(id, timeoutNanos, maxAnswers, firstUnanswered, usedAtNanos, usedIndex);
        copy.answers.putAll(answers);
        return copy;
    }

    /** The client gave a sign of life. */
    void used(long index, long nowNanos) {
        usedIndex = index;
        usedAtNanos = nowNanos;
    }

    boolean isExpired(long nowNanos) {
        return nowNanos - usedAtNanos >= timeoutNanos;
    }

    /** The client has all answers below {@code sequence}: forgets them. */
    void answeredBelow(long sequence, LongConsumer forgotten) {
        if (sequence <= firstUnanswered) {
            return;
        }
        firstUnanswered = sequence;
        for (Iterator<Long> below = answers.headMap(sequence).keySet().iterator(); below.hasNext(); ) {
            forgotten.accept(below.next());
            below.remove();
        }
    }

    /** The answer that is kept for a sequence number, if any. */
    @Nullable KeptAnswer<R> answer(long sequence) {
        return answers.get(sequence);
    }

    /** A command that was not executed before will be answered. */
    void keep(KeptAnswer<R> answer) {
        answers.put(answer.sequence(), answer);
    }

    boolean isFull() {
        return answers.size() >= maxAnswers;
    }

    Collection<KeptAnswer<R>> answers() {
        return answers.values();
    }

    long id() {
        return id;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    int maxAnswers() {
        return maxAnswers;
    }

    long firstUnanswered() {
        return firstUnanswered;
    }

    long usedAtNanos() {
        return usedAtNanos;
    }

    /** The entry that used it last: sessions in the order of these are in the order of their use. */
    long usedIndex() {
        return usedIndex;
    }
}
