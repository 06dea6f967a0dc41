package io.fairlead.raft.runtime;

import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.spi.Clock;
import io.fairlead.raft.spi.LogStore;
import io.fairlead.raft.spi.Metrics;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.StateMachine;
import io.fairlead.raft.spi.Transport;

/**
 * What a group is put together from.
 *
 * @param random seeded for this life of this group on this member
 */
record GroupParts<R>(
        long groupId,
        long memberId,
        RaftConfig config,
        LogStore log,
        SnapshotStore snapshots,
        ConfigurationFile configurations,
        StandingFile standing,
        StateMachine<R> stateMachine,
        Transport transport,
        Bundler bundler,
        Peers peers,
        Clock clock,
        Metrics metrics,
        GroupWorkers workers,
        SnapshotRates snapshotRates,
        SplitMix random) {}
