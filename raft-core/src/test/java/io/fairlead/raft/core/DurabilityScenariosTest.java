package io.fairlead.raft.core;

import static io.fairlead.raft.core.Given.append;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Heartbeat;
import org.junit.jupiter.api.Test;

/** What a completed write says, and what needs one (rules D1 to D6). */
class DurabilityScenariosTest {
    /** B100, D3, scenarios 209 and 210: an old write that completes late says nothing about what replaced it. */
    @Test
    void d3CompletionOfWhatWasOverwrittenSaysNothing() {
        Scene scene = Scene.of("1 term=1:\n2:\n3:");
        scene.actor(1).diskHeld = true;
        scene.deliver(append(1, EntryId.ZERO, 0, 1, 1));
        scene.deliver(new AppendEntries(
                3, 1, 2, EntryId.ZERO, 0, 0, 1, append(2, EntryId.ZERO, 0, 2).entries()));
        scene.deliver(new AppendEntries(
                2, 1, 3, EntryId.ZERO, 0, 0, 1, append(3, EntryId.ZERO, 0, 1, 1).entries()));
        assertThat(scene.log(1)).isEqualTo("1 1");

        scene.actor(1).sync();
        assertThat(scene.core(1).durableIndex())
                .as("D5: the first write was overwritten since")
                .isZero();
        scene.actor(1).sync();
        assertThat(scene.core(1).durableIndex()).isZero();
        scene.actor(1).sync();
        assertThat(scene.core(1).durableIndex()).isEqualTo(2);
    }

    /** B107: an old write that completes behind a snapshot. */
    @Test
    void b107CompletionBehindASnapshotSaysNothing() {
        Scene scene = Scene.led(3).isolate(3).propose(1).propose(1).settle();
        scene.actor(1).compact(3);
        scene.actor(3).diskHeld = true;
        scene.deliver(new AppendEntries(
                1,
                3,
                1,
                new EntryId(1, 1),
                1,
                0,
                1,
                append(1, new EntryId(1, 1), 1, 1).entries()));
        scene.heal().elapse(2 * Scene.HEARTBEAT);
        scene.actor(3).diskHeld = false;
        scene.settle();
        assertThat(scene.core(3).durableIndex()).isEqualTo(scene.core(3).lastIndex());
        assertThat(scene.core(3).durableIndex()).isEqualTo(3);
    }

    /** B103: a change of term, of vote, and of entries alone each need a sync; a commit index does not. */
    @Test
    void b103WhatNeedsASync() {
        Scene scene = Scene.of("1 term=1: 1\n2:\n3:");
        scene.actor(1).diskHeld = true;
        scene.deliver(new Heartbeat(2, 1, 1, 1, 0, 0));
        assertThat(scene.actor(1).writing).noneMatch(PersistBatch::mustSync);
        scene.deliver(new Heartbeat(2, 1, 2, 1, 0, 0));
        assertThat(scene.actor(1).writing.stream().filter(PersistBatch::mustSync))
                .hasSize(1);
        scene.deliver(append(2, new EntryId(1, 1), 0, 2));
        assertThat(scene.actor(1).writing.stream().filter(PersistBatch::mustSync))
                .hasSize(2);
    }
}
