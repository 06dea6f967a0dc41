package io.fairlead.chaos.invariant;

import io.fairlead.raft.spi.Command;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * If a member applied a command at an index, no other member ever applies another there (§5.4.3), restarts and snapshots
 * included; commands are applied in order, and only when they are committed.
 */
final class StateMachineSafety extends Invariant implements Invariant.SeesCommands {
    private static final class Last {
        int life;
        long index;
    }

    private final ClusterLog logs;
    /** By index: what was applied there first. */
    private final List<@Nullable Command> applied = new ArrayList<>();

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
        Command first = first(command);
        if (first.term() != command.term() || !first.payload().equals(command.payload())) {
            throw violation("member " + member.id() + " applied another command of term " + command.term() + " at "
                    + command.index() + " than was applied first, of term " + first.term());
        }
    }

    private Command first(Command command) {
        int index = Math.toIntExact(command.index());
        while (applied.size() <= index) {
            applied.add(null);
        }
        Command first = applied.get(index);
        if (first == null) {
            applied.set(index, command);
        }
        return first == null ? command : first;
    }
}
