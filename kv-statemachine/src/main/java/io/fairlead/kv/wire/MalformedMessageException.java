package io.fairlead.kv.wire;

/** Bytes that are not the message they should be. */
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong with the bytes. */
    public MalformedMessageException(String message) {
        super(message);
    }
}
