package io.fairlead.raft.netty;

import io.fairlead.raft.spi.Transport;

/** What all connections of one transport have in common. */
record Shared(
        NettyTransportConfig config,
        Io io,
        Resolver resolver,
        Counters counters,
        Episodes episodes,
        Transport.Receiver receiver) {}
