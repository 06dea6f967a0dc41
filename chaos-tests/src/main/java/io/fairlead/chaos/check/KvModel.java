package io.fairlead.chaos.check;

import org.jspecify.annotations.Nullable;

/** A map of independent registers; a register that was never written holds 0. */
public final class KvModel implements Model<Long, KvModel.Input, KvModel.Output> {
    /** What can be asked. */
    public enum Kind {
        /** Answers the value. */
        GET,
        /** Sets the value. */
        PUT,
        /** Sets the value if it is {@code expected}, and answers whether it was. */
        CAS
    }

    /**
     * A call.
     *
     * @param value what to write
     * @param expected for {@link Kind#CAS}, what must be there
     */
    public record Input(Kind kind, long key, long value, long expected) {
        /** Reads. */
        public static Input get(long key) {
            return new Input(Kind.GET, key, 0, 0);
        }

        /** Writes. */
        public static Input put(long key, long value) {
            return new Input(Kind.PUT, key, value, 0);
        }

        /** Compares and writes. */
        public static Input cas(long key, long expected, long value) {
            return new Input(Kind.CAS, key, value, expected);
        }

        @Override
        public String toString() {
            if (kind == Kind.GET) {
                return "get(" + key + ")";
            }
            return kind == Kind.PUT
                    ? "put(" + key + ", " + value + ")"
                    : "cas(" + key + ", " + expected + " => " + value + ")";
        }
    }

    /**
     * An answer.
     *
     * @param value for {@link Kind#GET} the value, for {@link Kind#CAS} whether it was done (1) or not (0)
     */
    public record Output(long value) {
        /** The answer of a write. */
        public static final Output DONE = new Output(1);
        /** The answer of a compare-and-set that found something else. */
        public static final Output NOT_DONE = new Output(0);
    }

    @Override
    public Long initial() {
        return 0L;
    }

    @Override
    public @Nullable Long step(Long state, Input input, @Nullable Output output) {
        if (input.kind() == Kind.PUT) {
            return input.value();
        }
        if (input.kind() == Kind.GET) {
            return output == null || output.value() == state ? state : null;
        }
        boolean matches = state == input.expected();
        if (output != null && (output.value() == 1) != matches) {
            return null;
        }
        return matches ? (Long) input.value() : state;
    }

    @Override
    public Object partition(Input input) {
        return input.key();
    }

    @Override
    public boolean isReadOnly(Input input, Output output) {
        return input.kind() == Kind.GET || (input.kind() == Kind.CAS && output.value() == 0);
    }

    @Override
    public boolean isRead(Input input) {
        return input.kind() == Kind.GET;
    }
}
