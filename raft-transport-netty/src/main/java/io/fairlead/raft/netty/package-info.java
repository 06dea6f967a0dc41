/**
 * The network between members, over Netty: build a {@link io.fairlead.raft.netty.NettyTransport} from a {@link
 * io.fairlead.raft.netty.NettyTransportConfig} and give it to the node. Connections belong to the transport's event
 * loops; what is public may be called from any thread.
 */
@NullMarked
package io.fairlead.raft.netty;

import org.jspecify.annotations.NullMarked;
