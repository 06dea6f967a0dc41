package io.fairlead.chaos.workload;

import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.raft.spi.StateMachine;

/**
 * What clients do with a simulated cluster, and how to tell whether what they saw is right. A violation that is noticed
 * on the way is reported to {@link io.fairlead.chaos.cluster.SimCluster#failed}.
 *
 * <p><b>Threads:</b> one.
 *
 * @param <R> what the state machine answers
 */
public interface Workload<R> {
    /** Clients begin to call. */
    void start();

    /** Nobody begins another call. */
    void stop();

    /** Calls that wait for their answer. */
    int pending();

    /** One write, through this member. */
    void writeOnce(SimMember<R> member);

    /** Reads through every member that is up; the members are a healed cluster. */
    void readEverywhere();

    /** Tells if two members' state machines hold the same. */
    boolean alike(StateMachine<R> one, StateMachine<R> other);

    /**
     * Judges what clients saw, when all is over.
     *
     * @throws AssertionError if it is wrong; the message begins with a short and stable id
     */
    void checkAtEnd();

    /** Calls that were answered with a result. */
    long acknowledged();

    /** Calls by what became of them, in words. */
    String summary();

    /** What {@code chaos simulate} must be told to run this workload, with a blank before it. */
    default String options() {
        return "";
    }
}
