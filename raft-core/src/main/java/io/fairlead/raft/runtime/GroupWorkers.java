package io.fairlead.raft.runtime;

import io.fairlead.raft.spi.Worker;

/**
 * The workers that the stages of a group run on; groups share them.
 *
 * @param loop owns the core
 * @param logWriter owns the log's writing side
 * @param applier owns the state machine
 * @param background reads logs, moves snapshots, compacts: what takes milliseconds
 * @param snapshots writes snapshots: what takes as long as it takes
 * @param notifier tells callers of failures, since their callbacks must not run on the loop
 */
record GroupWorkers(
        Worker loop, Worker logWriter, Worker applier, Worker background, Worker snapshots, Worker notifier) {}
