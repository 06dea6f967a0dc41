/**
 * Frames and messages as bytes. Writes and reads the schema of {@code raft.proto} by hand, so that entries pass through
 * as the bytes they are. Objects of this package belong to the event loop of the connection that they serve.
 */
@NullMarked
package io.fairlead.raft.netty.codec;

import org.jspecify.annotations.NullMarked;
