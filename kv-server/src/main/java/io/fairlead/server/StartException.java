package io.fairlead.server;

/** The server cannot start; the message is one line that says why and what to do. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Made with what is wrong and what to do. */
    public StartException(String message) {
        super(message);
    }

    /** Made with what is wrong and what to do, and where it came from. */
    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
