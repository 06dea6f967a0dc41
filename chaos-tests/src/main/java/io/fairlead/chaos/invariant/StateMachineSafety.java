package io.fairlead.chaos.invariant;

import io.fairlead.raft.spi.Command;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * If a member applied a command at an index, no other member ever applies another there (§5.4.3), restarts and snapshots
 * included; commands are applied in order, and only when they are committed.
 */
final class StateMachineSafety extends Invariant implements Invariant.SeesCommands {
    private record Applied(long term, ByteBuffer payload) {}

    private static final class Last {
        int life;
        long index;
    }

    private final ClusterLog logs;
    private final Map<Long, Applied> applied = new HashMap<>();
    private final PerMember<Last> lasts = new PerMember<>(Last::new);

    StateMachineSafety(ClusterLog logs) {
        super("I5", "state machine safety");
        this.logs = logs;
    }

    @Override
    public void onApplied(MemberView member, Command command) {
        if (command.index() > logs.committed()) {
            throw violation("member " + member.id() + " applied " + command.index() + ", committed is only "
                    + logs.committed());
        }
        Last last = lasts.of(member.id());
        if (last.life == member.life() && command.index() <= last.index) {
            throw violation("member " + member.id() + " applied " + command.index() + " behind " + last.index);
        }
        last.life = member.life();
        last.index = command.index();
        Applied here = new Applied(command.term(), command.payload());
        Applied first = applied.putIfAbsent(command.index(), here);
        if (first != null && !first.equals(here)) {
            throw violation("member " + member.id() + " applied another command of term " + here.term() + " at "
                    + command.index() + " than was applied first, of term " + first.term());
        }
    }
}
