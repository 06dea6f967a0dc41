package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.AppendEntries;
import org.junit.jupiter.api.Test;

/** The figures of the Raft paper, played. */
class PaperFiguresTest {
    /** Figure 7: the leader of term 8 makes six different logs like its own (scenario 141). */
    @Test
    void figure7LeaderMakesAllLogsLikeItsOwn() {
        Scene scene = Scene.of("""
                1 term=7: 1 1 1 4 4 5 5 6 6 6
                2 term=6: 1 1 1 4 4 5 5 6 6
                3 term=4: 1 1 1 4
                4 term=6: 1 1 1 4 4 5 5 6 6 6 6
                5 term=7: 1 1 1 4 4 5 5 6 6 6 7 7
                6 term=4: 1 1 1 4 4 4 4
                7 term=3: 1 1 1 2 2 2 3 3 3 3 3
                """);

        scene.elect(1).settle().elapse(Scene.E);

        for (long id = 1; id <= 7; id++) {
            assertThat(scene.log(id)).as("log of %s", id).isEqualTo("1 1 1 4 4 5 5 6 6 6 8 |");
        }
    }

    /** Figure 8: an entry of an old term is not committed by counting copies (B30, rule C2, scenarios 20 and 144). */
    @Test
    void figure8OldTermsAreNotCommittedByCounting() {
        // (c): S1 leads again, in term 4, and finds its entry of term 2 on three of five.
        Scene scene = Scene.of("""
                1 term=3: 1 | 2
                2 term=2: 1 | 2
                3 term=2: 1 | 2
                4 term=2: 1 |
                5 term=3: 1 | 3
                """);
        scene.drop(AppendEntries.class::isInstance).elect(1);

        scene.acknowledge(2, 1, 2).acknowledge(3, 1, 2);
        assertThat(scene.log(1)).as("three of five have it").isEqualTo("1 | 2 4");

        // (e): an entry of its own term on a majority commits both.
        scene.acknowledge(2, 1, 3).acknowledge(3, 1, 3);
        assertThat(scene.log(1)).isEqualTo("1 2 4 |");
    }

    /** Figure 8 (d): until then S5 may be elected, and overwrites the entry of term 2 everywhere. */
    @Test
    void figure8WhatWasNotCommittedMayBeOverwritten() {
        Scene scene = Scene.of("""
                1 term=4: 1 | 2
                2 term=4: 1 | 2
                3 term=4: 1 | 2
                4 term=4: 1 |
                5 term=4: 1 | 3
                """);
        scene.elect(5).elapse(Scene.HEARTBEAT);

        for (long id = 1; id <= 5; id++) {
            assertThat(scene.log(id)).as("log of %s", id).isEqualTo("1 3 5 |");
        }
    }
}
