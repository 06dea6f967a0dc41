package io.fairlead.chaos.workload;

import io.fairlead.chaos.cluster.SimMember;
import io.fairlead.chaos.invariant.Invariant;
import io.fairlead.chaos.invariant.MemberView;
import io.fairlead.raft.spi.Command;
import java.util.HashMap;
import java.util.Map;

/** Equal logs make equal maps: remembers and compares the content at every index. */
final class EqualContent extends Invariant implements Invariant.SeesCommands {
    private final Map<Long, Long> digests = new HashMap<>();

    EqualContent() {
        super("I16", "equal logs make equal states");
    }

    @Override
    public void onApplied(MemberView member, Command command) {
        if (member instanceof SimMember<?> simulated && simulated.machine() instanceof MapMachine machine) {
            Long other = digests.putIfAbsent(machine.appliedIndex(), machine.digest());
            if (other != null && other != machine.digest()) {
                throw violation("member " + member.id() + " has another content at " + machine.appliedIndex());
            }
        }
    }
}
