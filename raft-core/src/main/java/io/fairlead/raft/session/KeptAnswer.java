package io.fairlead.raft.session;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a session's command, kept until the client has it. It is put into the table before the command is
 * executed, so that a second copy in the same batch finds it, and gets its value afterwards.
 *
 * <p><b>Threads:</b> the applier, until it has its value; then it does not change.
 */
final class KeptAnswer<R> implements Supplier<Answer<R>> {
    private final long sequence;
    private @Nullable R value;

    KeptAnswer(long sequence) {
        this.sequence = sequence;
    }

    /** The answer that was kept before. */
    KeptAnswer(long sequence, R value) {
        this.sequence = sequence;
        this.value = value;
    }

    long sequence() {
        return sequence;
    }

    void complete(R result) {
        value = result;
    }

    R value() {
        R known = value;
        if (known == null) {
            throw new IllegalStateException("the state machine did not answer a session's command");
        }
        return known;
    }

    @Override
    public Answer<R> get() {
        return new Answer.Result<>(value());
    }
}
