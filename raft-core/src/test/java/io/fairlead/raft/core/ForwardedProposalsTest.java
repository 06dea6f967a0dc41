package io.fairlead.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.ForwardProposalsReply;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.Standing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A refusal says that the proposal will never be applied: it is told by those only who certainly did not append it. */
class ForwardedProposalsTest {
    private final List<RaftMessage> sent = new ArrayList<>();

    /** A member that has just started gets a proposal that was meant for the leader of term 4. */
    private List<RaftMessage> answers(long restoredTerm, Standing standing) {
        Server member = new Server(
                new ServerSettings(1, CoreCluster.E, CoreCluster.E / 3, 4096, 16, 1 << 20, 1 << 24, 1 << 20, 2048),
                new Restored(
                        new HardState(restoredTerm, 0, 0),
                        EntryId.ZERO,
                        EntryId.ZERO,
                        List.of(),
                        List.of(new ConfigurationAt(
                                EntryId.ZERO,
                                Configuration.ofVoters(
                                        List.of(Member.of(1, "a"), Member.of(2, "b"), Member.of(3, "c"))))),
                        List.of(),
                        0,
                        standing,
                        false),
                7,
                0,
                new NoOutbox() {
                    @Override
                    public void send(RaftMessage message) {
                        sent.add(message);
                    }
                });
        Entry proposal = Entry.proposal(EntryKind.COMMAND, 22, 1, ByteBuffer.allocate(8));
        member.onMessage(new ForwardProposals(2, 1, 4, 99, 1, List.of(proposal)), 0);
        member.flush(0);
        return sent.stream().filter(ForwardProposalsReply.class::isInstance).toList();
    }

    @Test
    void whoWasInAnEarlierTermWhenItStartedNeverLedThisOne() {
        assertThat(answers(3, Standing.WHOLE)).hasSize(1);
    }

    @Test
    void whoWasInThisTermMayHaveLedItBeforeItRestarted() {
        assertThat(answers(4, Standing.WHOLE)).isEmpty();
    }

    /** Seed 123912827550: the command was proposed again, and took effect twice. */
    @Test
    void whoLostItsDiskMayHaveLedAnyTerm() {
        assertThat(answers(0, Standing.UNPROVEN)).isEmpty();
        assertThat(answers(2, Standing.IN_DOUBT)).isEmpty();
    }
}
