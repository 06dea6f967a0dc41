package io.fairlead.raft.runtime;

import java.util.concurrent.CompletableFuture;

/** A linearizable read on its way; its own inbox item, so that a read costs one object. */
final class ReadFuture extends CompletableFuture<Long> {}
