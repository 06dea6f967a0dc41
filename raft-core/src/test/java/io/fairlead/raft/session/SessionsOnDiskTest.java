package io.fairlead.raft.session;

import static io.fairlead.raft.session.Replica.TIMEOUT;
import static io.fairlead.raft.session.Replica.add;
import static io.fairlead.raft.session.Replica.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule X-7 for state machines that keep themselves on disk: the table comes back with what it tells of, or not at all. */
class SessionsOnDiskTest {
    private final LedgerOnDisk.Disk disk = new LedgerOnDisk.Disk();

    private Replica nextLife() {
        Replica replica = new Replica(new LedgerOnDisk(disk));
        replica.index = replica.machine.durableIndex();
        return replica;
    }

    private static void flush(Replica replica) {
        ((LedgerOnDisk) replica.inner).flush();
    }

    @Test
    void x7_what_was_answered_before_a_crash_is_answered_after_it() {
        Replica replica = nextLife();
        long session = replica.open();
        replica.apply(add(session, 1, 10));
        flush(replica);
        replica = nextLife();
        assertThat(replica.apply(add(session, 1, 10))).isEqualTo(result(10));
        assertThat(replica.machine.sessions()).isOne();
    }

    @Test
    void x7_what_a_crash_undoes_is_done_again_when_the_log_is_replayed() {
        Replica replica = nextLife();
        long session = replica.open();
        flush(replica);
        replica.apply(add(session, 1, 10));
        replica = nextLife();
        assertThat(replica.index).isEqualTo(session);
        assertThat(replica.apply(add(session, 1, 10))).isEqualTo(result(10));
    }

    @Test
    void x7_a_snapshot_brings_the_table_along() throws IOException {
        Replica replica = nextLife();
        long session = replica.open();
        replica.apply(add(session, 1, 10));
        Replica other = new Replica(new LedgerOnDisk(new LedgerOnDisk.Disk()));
        other.open();
        other.machine.restore(new ByteArrayInputStream(replica.snapshot()), replica.index);
        other.index = replica.index;
        assertThat(other.machine.sessions()).isOne();
        assertThat(other.apply(add(session, 1, 10))).isEqualTo(result(10));
    }

    /** The same log, applied in memory and, over crashes, on disk: every answer is the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void x7_a_member_that_crashes_stays_like_one_that_does_not(long seed) {
        Random random = new Random(seed);
        List<Request> log = new ArrayList<>();
        List<Answer<Long>> answers = new ArrayList<>();
        Replica steady = new Replica(new Ledger());
        Replica crashing = nextLife();
        for (int i = 0; i < 2_000; i++) {
            Request request = draw(random, log.size());
            log.add(request);
            answers.add(steady.apply(request));
            if (random.nextInt(10) == 0) {
                while (crashing.index < log.size()) {
                    int next = (int) crashing.index;
                    int end = Math.min(log.size(), next + 1 + random.nextInt(5));
                    assertThat(crashing.applyAll(log.subList(next, end).toArray(new Request[0])))
                            .isEqualTo(answers.subList(next, end));
                    if (random.nextInt(4) == 0) {
                        flush(crashing);
                    }
                    if (random.nextInt(8) == 0) {
                        crashing = nextLife();
                    }
                }
                assertThat(crashing.machine.sessions()).isEqualTo(steady.machine.sessions());
            }
        }
    }

    private static Request draw(Random random, int length) {
        long session = 1L + random.nextInt(length + 1);
        long sequence = 1L + random.nextInt(20);
        return switch (random.nextInt(8)) {
            case 0 -> new Request.Open(TIMEOUT, 3, 4);
            case 1 -> new Request.Clock(1, length * 20L);
            case 2 -> new Request.KeepAlive(session, sequence / 4);
            case 3 -> random.nextInt(10) == 0 ? new Request.Close(session) : new Request.Plain(Ledger.add(1));
            default -> add(session, sequence, 1 + sequence / 2, 1);
        };
    }

    @Test
    void a_state_machine_on_disk_that_does_not_keep_the_table_is_refused() {
        SessionMachine<Long> machine = new SessionMachine<>(
                new Ledger() {
                    @Override
                    public long durableIndex() {
                        return 17;
                    }
                },
                ResultCodec.LONG);
        assertThatThrownBy(machine::durableIndex).hasMessageContaining("KeepsSessions");
    }
}
