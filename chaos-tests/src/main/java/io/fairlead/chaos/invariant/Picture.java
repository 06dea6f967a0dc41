package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;

/** What invariants look at of one member, as it was the last time, to see cheaply that nothing of it has changed. */
final class Picture {
    private int life;
    private String role = "";
    private boolean quiet;
    private long term;
    private long votedFor;
    private long commit;
    private long applied;
    private long durableIndex;
    private long first;
    private EntryId last = EntryId.ZERO;
    private EntryId configuration = EntryId.ZERO;
    private HardState durable = HardState.INITIAL;

    /** Takes a new picture; tells if it differs from the one before. */
    boolean take(MemberView member, Server server) {
        boolean same = life == member.life()
                && term == server.term()
                && votedFor == server.votedFor()
                && commit == server.commitIndex()
                && applied == server.appliedIndex()
                && durableIndex == server.durableIndex()
                && first == server.firstIndex()
                && last.index() == server.lastIndex()
                && quiet == server.isQuiet()
                && role.equals(server.role())
                && last.term() == server.termAt(last.index())
                && configuration.equals(server.configurationId())
                && durable.equals(member.durable().hardState());
        if (!same) {
            life = member.life();
            quiet = server.isQuiet();
            role = server.role();
            term = server.term();
            votedFor = server.votedFor();
            commit = server.commitIndex();
            applied = server.appliedIndex();
            durableIndex = server.durableIndex();
            first = server.firstIndex();
            last = server.entryId(server.lastIndex());
            configuration = server.configurationId();
            durable = member.durable().hardState();
        }
        return !same;
    }
}
