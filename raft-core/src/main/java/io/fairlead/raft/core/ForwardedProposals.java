package io.fairlead.raft.core;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.ForwardProposals;
import io.fairlead.raft.message.ForwardProposalsReply;
import io.fairlead.raft.message.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Proposals on their way from followers to the leader. A message that arrives twice is recognised by its number and
 * dropped; a refusal is only told by a member that certainly did not append the proposals.
 */
final class ForwardedProposals {
    /** Lives of senders that are remembered, newest message last; enough for any membership with many restarts. */
    private static final int MAX_LIVES = 256;

    private final Server server;
    private final long life;
    /** A leader of this term or a later one was not this member in an earlier life. */
    private long firstTermOfThisLife;

    private final SortedMap<Long, Long> newestNumber = new TreeMap<>();

    private List<Entry> outgoing = new ArrayList<>();
    private long nextNumber = 1;

    ForwardedProposals(Server server, long life, Restored restored) {
        this.server = server;
        this.life = life;
        boolean knowsItsTerms = restored.standing().counts();
        this.firstTermOfThisLife = knowsItsTerms ? restored.hardState().term() + 1 : Long.MAX_VALUE;
    }

    void add(Entry proposal) {
        outgoing.add(proposal);
    }

    /** Sends what this step collected, to the leader of now. */
    void flush() {
        if (outgoing.isEmpty()) {
            return;
        }
        List<Entry> proposals = outgoing;
        outgoing = new ArrayList<>();
        if (server.leader() == 0 || server.leader() == server.settings.memberId()) {
            for (Entry proposal : proposals) {
                server.outbox.proposalRefused(proposal.source(), proposal.sequence(), Refusal.NOT_LEADER);
            }
            return;
        }
        server.send(new ForwardProposals(
                server.settings.memberId(), server.leader(), server.term(), life, nextNumber++, proposals));
    }

    void onForwardProposals(ForwardProposals message) {
        Long newest = newestNumber.get(message.life());
        if (newest != null && message.number() <= newest) {
            return;
        }
        if (newest == null && newestNumber.size() >= MAX_LIVES) {
            return;
        }
        newestNumber.put(message.life(), message.number());
        boolean leads = server.leadership() != null && message.leaderTerm() == server.term();
        if (leads) {
            firstTermOfThisLife = Math.min(firstTermOfThisLife, server.term());
        }
        if (!leads && message.leaderTerm() < firstTermOfThisLife) {
            return;
        }
        Refusal refusal = Refusal.NOT_LEADER;
        List<Long> refused = new ArrayList<>();
        long source = 0;
        for (Entry proposal : message.proposals()) {
            Refusal one = leads ? server.proposeAsLeader(proposal) : Refusal.NOT_LEADER;
            if (one != Refusal.NONE) {
                if (!refused.isEmpty() && (source != proposal.source() || one != refusal)) {
                    refuse(message.from(), source, refused, refusal);
                    refused = new ArrayList<>();
                }
                source = proposal.source();
                refusal = one;
                refused.add(proposal.sequence());
            }
        }
        if (!refused.isEmpty()) {
            refuse(message.from(), source, refused, refusal);
        }
    }

    private void refuse(long to, long source, List<Long> sequences, Refusal refusal) {
        server.send(new ForwardProposalsReply(server.settings.memberId(), to, source, List.copyOf(sequences), refusal));
    }

    void onReply(ForwardProposalsReply reply) {
        for (Long sequence : reply.sequences()) {
            server.outbox.proposalRefused(reply.source(), sequence, reply.refusal());
        }
    }
}
