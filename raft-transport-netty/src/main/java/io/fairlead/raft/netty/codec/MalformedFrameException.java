package io.fairlead.raft.netty.codec;

/** What a peer sent is not what the protocol allows; the connection can only be closed. Has no stack trace. */
public final class MalformedFrameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean oversized;

    MalformedFrameException(String message) {
        this(message, false);
    }

    MalformedFrameException(String message, boolean oversized) {
        super(message, null, false, false);
        this.oversized = oversized;
    }

    /** Tells if the only fault of the frame is its size. */
    public boolean isOversized() {
        return oversized;
    }
}
