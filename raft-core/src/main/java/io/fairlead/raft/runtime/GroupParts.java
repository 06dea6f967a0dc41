package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.Metrics;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.StateMachine;
import io.fairlead.raft.spi.Transport;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a group is put together from.
 *
 * @param advised whether the log has been told that the timers do not fit; one for all groups of a process
 * @param loopWaits whether the loop of some group waits for the disk; one for all groups of a process
 * @param random seeded for this life of this group on this member
 */
record GroupParts<R>(
        long groupId,
        long memberId,
        RaftConfig config,
        LogStore log,
        SnapshotStore snapshots,
        ConfigurationFile configurations,
        NewestConfiguration newestConfiguration,
        StandingFile standing,
        StateMachine<R> stateMachine,
        Transport transport,
        Bundler bundler,
        Peers peers,
        Clock clock,
        Metrics metrics,
        AtomicBoolean advised,
        AtomicBoolean loopWaits,
        GroupWorkers workers,
        SnapshotRates snapshotRates,
        SplitMix random) {}
