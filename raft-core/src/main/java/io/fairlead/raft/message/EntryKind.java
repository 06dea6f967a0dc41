package io.fairlead.raft.message;

/** What an entry's payload means to the protocol. The codes are part of the log and wire format. */
public enum EntryKind {
    /** Starts a leader's term; carries nothing (§8). */
    NO_OP(0),
    /** A command of the state machine. */
    COMMAND(1),
    /** A {@link Configuration}. */
    CONFIGURATION(2);

    private static final EntryKind[] BY_CODE = values();

    private final byte code;

    EntryKind(int code) {
        this.code = (byte) code;
    }

    /** {@return the byte that stands for this kind in an encoded entry} */
    public byte code() {
        return code;
    }

    /**
     * The kind that {@code code} stands for.
     *
     * @param code as {@link #code()} tells it
     * @return the kind that has it
     * @throws IllegalArgumentException if no kind has this code
     */
    public static EntryKind of(byte code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("unknown entry kind " + code);
        }
        return BY_CODE[code];
    }
}
