package io.fairlead.chaos.small;

import io.fairlead.raft.message.RaftMessage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that can happen in a {@link World}.
 *
 * @param member to whom
 * @param which which message under way; how many writes survive a crash
 * @param message what is delivered or lost
 */
record Action(Kind kind, long member, int which, @Nullable RaftMessage message) {
    enum Kind {
        DELIVER,
        DUPLICATE,
        DROP,
        TIMEOUT,
        HEARTBEAT,
        PROPOSE,
        REMOVE,
        ADD,
        PERSIST,
        CRASH,
        RESTART
    }

    @Override
    public String toString() {
        String what = kind.name().toLowerCase(Locale.ROOT) + " " + member;
        return message != null ? what + ": " + message : which > 0 ? what + ", one write survives" : what;
    }
}
