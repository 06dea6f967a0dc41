package io.fairlead.bench.embedded;

import java.nio.file.Path;

/**
 * Three members of one library in this JVM. Implementations have a constructor without parameters.
 *
 * <p><b>Threads:</b> {@link #propose} may be called by any thread, also by one that completes a proposal.
 */
public interface EmbeddedGroup {
    /** What of the library takes part. */
    enum Variant {
        /** No disk, no network: members call each other. */
        MEMORY,
        /** A synced log, no network. */
        LOG,
        /** A synced log, loopback sockets, settings under which no acknowledged command is lost. */
        DURABLE,
        /** Loopback sockets and the library's own defaults. */
        DEFAULTS
    }

    /** Tells if a variant exists. */
    boolean supports(Variant variant);

    /** Version and settings in words, for whoever reads the results. */
    String describe(Variant variant);

    /** Starts three members and returns when one leads. */
    void start(Variant variant, Path directory) throws Exception;

    /**
     * Proposes a command at the leader.
     *
     * @param command belongs to the group until {@code done} is told
     */
    void propose(byte[] command, Done done);

    /** How many commands the members' state machines have applied, by member. */
    long[] applied();

    /** Stops all members. */
    void stop() throws Exception;

    /** Is told what became of a proposal, once. */
    interface Done {
        /** It is committed and applied at the leader. */
        void applied();

        /** It failed. */
        void failed(Throwable cause);
    }
}
