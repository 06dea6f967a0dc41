package io.fairlead.raft.runtime;

import java.util.concurrent.CompletableFuture;

/** A task of the loop that somebody waits for. If the group stops first, {@code done} is failed and the task not run. */
record Request(CompletableFuture<?> done, LoopTask task) {}
