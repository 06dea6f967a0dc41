/**
 * The transport between members over Netty, in length-prefixed protobuf frames.
 *
 * <p>A connection's state belongs to its event loop.
 */
@NullMarked
package io.fairlead.raft.netty;

import org.jspecify.annotations.NullMarked;
