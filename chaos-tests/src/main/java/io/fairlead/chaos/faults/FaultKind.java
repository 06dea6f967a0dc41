package io.fairlead.chaos.faults;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What can go wrong, each to be switched on and off alone. The ids appear in plans and reports. */
public enum FaultKind {
    /** Every link has its own delay. */
    NET_DELAY("net.delay", Sort.WHOLE_RUN),
    /** Links lose messages. */
    NET_LOSS("net.loss", Sort.WHOLE_RUN),
    /** Links deliver messages twice. */
    NET_DUPLICATE("net.dup", Sort.WHOLE_RUN),
    /** Messages come again seconds later, when terms have changed. */
    NET_OLD_TERM("net.oldterm", Sort.WHOLE_RUN),
    /** Links hold few messages and drop the others. */
    NET_CAPACITY("net.capacity", Sort.WHOLE_RUN),
    /** A link holds everything and then lets it go at once. */
    NET_CLOG("net.clog", Sort.EPISODE),
    /** A connection breaks with frames half sent: what is under way on it is lost, and its sender is told. */
    NET_RESET("net.reset", Sort.EPISODE),
    /** One kind of message does not get through one way. */
    NET_TYPE_FILTER("net.typefilter", Sort.EPISODE),
    /** Two groups do not see each other. */
    PART_SPLIT("part.split", Sort.EPISODE),
    /** Two halves do not see each other: of an even number, neither is a majority. */
    PART_HALVES("part.halves", Sort.EPISODE),
    /** One member is alone, more often than not the leader. */
    PART_ISOLATE("part.isolate", Sort.EPISODE),
    /** A member can send but not hear, or the other way round. */
    PART_ASYMMETRIC("part.asym", Sort.EPISODE),
    /** Two halves see only one common member. */
    PART_BRIDGE("part.bridge", Sort.EPISODE),
    /** Every member sees a majority, and hardly two the same one. */
    PART_RING("part.ring", Sort.EPISODE),
    /** A process dies; un-synced data is lost; it starts again after a while. */
    PROC_CRASH("proc.crash", Sort.EPISODE),
    /** All processes die at once. */
    PROC_CRASH_ALL("proc.crashall", Sort.EPISODE),
    /** A process dies right at a dangerous point, such as after its vote was sent. */
    PROC_TRIGGER("proc.trigger", Sort.WHOLE_RUN),
    /** A process is killed, its machine goes on; it starts again at once or later. */
    PROC_EXIT("proc.exit", Sort.EPISODE),
    /** A process is stopped in the orderly way and started again. */
    PROC_STOP("proc.stop", Sort.EPISODE),
    /** A process stands still, as in a garbage collection. */
    PROC_PAUSE("proc.pause", Sort.EPISODE),
    /** A process runs many times slower. */
    PROC_SLOW("proc.slow", Sort.EPISODE),
    /** A process dies in the middle of a disk operation. */
    DISK_CRASH("disk.crash", Sort.WHOLE_RUN),
    /** Disks are slow. */
    DISK_SLOW("disk.slow", Sort.EPISODE),
    /** A disk does not answer for a while. */
    DISK_STUCK("disk.stuck", Sort.EPISODE),
    /** A disk fails now and then; the member has to stop. */
    DISK_ERROR("disk.eio", Sort.EPISODE),
    /** A disk cannot be read now and then; the member has to stop. */
    DISK_READ_ERROR("disk.eio.read", Sort.EPISODE),
    /** A disk is full for a while. */
    DISK_FULL("disk.enospc", Sort.EPISODE),
    /** A bit of what was synced turns over. */
    DISK_ROT("disk.bitflip", Sort.DAMAGE),
    /** A write lands elsewhere in its file. */
    DISK_MISDIRECT("disk.misdirect", Sort.DAMAGE),
    /** A disk is replaced by an empty one, and the member comes back under its old name. */
    DISK_WIPE("proc.wipe", Sort.DAMAGE),
    /** Clocks run at different rates. */
    CLOCK_DRIFT("clock.drift", Sort.WHOLE_RUN),
    /** The wall clock jumps. */
    CLOCK_STEP("clock.step", Sort.EPISODE),
    /** The monotonic clock jumps forward. */
    CLOCK_JUMP("clock.monojump", Sort.EPISODE),
    /** Members come, go, and change their part. */
    CONFIG_CHANGE("cfg.change", Sort.EPISODE),
    /** Leadership is handed over. */
    CONFIG_TRANSFER("cfg.transfer", Sort.EPISODE),
    /** A snapshot is taken. */
    SNAPSHOT("snap.force", Sort.EPISODE),
    /** A process dies, and a bit of its log has turned over when it comes back. */
    LOSS_BIT("loss.bit", Sort.EPISODE),
    /** A process dies, and its log is gone when it comes back. */
    LOSS_LOG("loss.log", Sort.EPISODE),
    /** A process dies, and its disk is an empty one when it comes back. */
    LOSS_DISK("loss.disk", Sort.EPISODE);

    /** How long a kind of fault works. */
    public enum Sort {
        /** From the beginning to the end of the faulty phase. */
        WHOLE_RUN,
        /** At some moments, for some time. */
        EPISODE,
        /**
         * At some moments, for ever: destroys what a member promised to keep. Only asked for by name, because until a
         * member can be refilled from its peers all it can do is refuse to start.
         */
        DAMAGE
    }

    private final String id;
    private final Sort sort;

    FaultKind(String id, Sort sort) {
        this.id = id;
        this.sort = sort;
    }

    /** The name in plans and reports. */
    public String id() {
        return id;
    }

    /** How long this kind works. */
    public Sort sort() {
        return sort;
    }

    /** The kind of this id. */
    public static FaultKind of(String id) {
        for (FaultKind kind : values()) {
            if (kind.id.equals(id)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no fault is called " + id + "; there are "
                + Arrays.stream(values()).map(FaultKind::id).collect(Collectors.joining(", ")));
    }

    @Override
    public String toString() {
        return id;
    }
}
