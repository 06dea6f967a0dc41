package io.fairlead.raft;

import java.util.Locale;

/** What can be measured of a group; see {@link io.fairlead.raft.spi.Metrics}. */
public enum Metric {
    /** The current term. */
    TERM(Kind.GAUGE, Unit.NUMBER, "The current term."),
    /** The known leader's id. */
    LEADER(Kind.GAUGE, Unit.NUMBER, "The id of the leader as far as known, 0 if none is."),
    /** Whether this member leads. */
    IS_LEADER(Kind.GAUGE, Unit.NUMBER, "1 if this member leads, else 0."),
    /** Whether this member is in repair mode. */
    IN_REPAIR(Kind.GAUGE, Unit.NUMBER, "1 if this member's disk has lost something and it does not vote, else 0."),
    /** First entry in the log. */
    FIRST_INDEX(Kind.GAUGE, Unit.NUMBER, "The first entry that is still in the log."),
    /** Last entry in the log. */
    LAST_INDEX(Kind.GAUGE, Unit.NUMBER, "The last entry in the log."),
    /** Last entry that is synced here. */
    DURABLE_INDEX(Kind.GAUGE, Unit.NUMBER, "The last entry that is on this member's disk."),
    /** Last entry known to be committed. */
    COMMIT_INDEX(Kind.GAUGE, Unit.NUMBER, "The last entry that is known to be committed."),
    /** Last entry that is applied. */
    APPLIED_INDEX(Kind.GAUGE, Unit.NUMBER, "The last entry that the state machine has applied."),
    /** Proposals that wait for an answer. */
    PENDING_PROPOSALS(Kind.GAUGE, Unit.NUMBER, "Proposals made on this member that wait for an answer."),
    /** Reads that wait for an answer. */
    PENDING_READS(Kind.GAUGE, Unit.NUMBER, "Reads made on this member that wait for an answer."),
    /** How long the oldest write has been waiting for the disk. */
    DISK_DELAY(
            Kind.GAUGE, Unit.NANOSECONDS, "How long the oldest write to the log has been waiting, 0 if not for long."),

    /** Elections this member stood for. */
    ELECTIONS(Kind.COUNTER, Unit.NUMBER, "Elections that this member stood for."),
    /** Leaders seen. */
    LEADER_CHANGES(Kind.COUNTER, Unit.NUMBER, "Leaders that this member has seen come."),
    /** Proposals refused for want of room. */
    PROPOSALS_REFUSED(Kind.COUNTER, Unit.NUMBER, "Proposals refused because too much was under way."),
    /** Entries written to the log. */
    LOG_ENTRIES(Kind.COUNTER, Unit.NUMBER, "Entries written to the log and synced."),
    /** Bytes written to the log. */
    LOG_BYTES(Kind.COUNTER, Unit.BYTES, "Bytes of entries written to the log and synced."),
    /** Commands applied. */
    COMMANDS_APPLIED(Kind.COUNTER, Unit.NUMBER, "Commands that the state machine has applied."),
    /** Snapshots taken. */
    SNAPSHOTS_TAKEN(Kind.COUNTER, Unit.NUMBER, "Snapshots taken on this member."),
    /** Snapshots installed. */
    SNAPSHOTS_INSTALLED(Kind.COUNTER, Unit.NUMBER, "Snapshots of other members that replaced this one's state."),

    /** Writing a batch. */
    LOG_WRITE_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "How long it took to write a batch to the log."),
    /** Syncing a batch. */
    LOG_SYNC_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "How long it took to sync a batch."),
    /** Applying a batch. */
    APPLY_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "How long it took to apply and answer a batch of commands."),
    /** Commands of a batch. */
    APPLY_BATCH(Kind.DISTRIBUTION, Unit.NUMBER, "How many commands were applied as one batch."),
    /** {@link ProposalTimes#gatherNanos}. */
    PROPOSAL_GATHER_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "Of one proposal in 64: until it was with the leader."),
    /** {@link ProposalTimes#quorumNanos}. */
    PROPOSAL_QUORUM_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "From there until it was known to be committed."),
    /** {@link ProposalTimes#waitNanos}. */
    PROPOSAL_WAIT_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "From there until the applier took it."),
    /** {@link ProposalTimes#applyNanos}. */
    PROPOSAL_APPLY_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "From there until it was applied."),
    /** {@link ProposalTimes#answerNanos}. */
    PROPOSAL_ANSWER_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "From there until its caller had been told."),
    /** The way to a member and back, on a leader. */
    ROUND_TRIP_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "How long members took to answer heartbeats."),
    /** Taking a snapshot. */
    SNAPSHOT_TAKE_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "How long it took to write a snapshot."),
    /** Fetching and installing a snapshot. */
    SNAPSHOT_INSTALL_TIME(Kind.DISTRIBUTION, Unit.NANOSECONDS, "How long it took to fetch and install a snapshot.");

    private final Kind kind;
    private final Unit unit;
    private final String help;

    Metric(Kind kind, Unit unit, String help) {
        this.kind = kind;
        this.unit = unit;
        this.help = help;
    }

    /** How a metric behaves. */
    public enum Kind {
        /** Goes up and down; it is asked for when somebody wants to know. */
        GAUGE,
        /** Only grows. */
        COUNTER,
        /** Many measurements, of which the distribution is of interest. */
        DISTRIBUTION
    }

    /** What a metric counts. */
    public enum Unit {
        /** Things, or an index, or a truth. */
        NUMBER,
        /** Time. */
        NANOSECONDS,
        /** Memory or disk. */
        BYTES
    }

    /** {@return how it behaves} */
    public Kind kind() {
        return kind;
    }

    /** {@return what it counts} */
    public Unit unit() {
        return unit;
    }

    /** {@return what it says, in one sentence} */
    public String help() {
        return help;
    }

    /**
     * {@return the constant's name in lower case, words parted by {@code separator}: {@code log_sync_time}}
     *
     * @param separator {@code '_'}, {@code '.'} or whatever a metrics library wants between words
     */
    public String name(char separator) {
        return name().toLowerCase(Locale.ROOT).replace('_', separator);
    }
}
