package io.fairlead.chaos.cluster;

import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftStatus.Role;
import io.fairlead.raft.message.Configuration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Holds the events of one member's life to the order that {@link RaftListener} promises. */
final class ListenerContract implements RaftListener {
    private final Consumer<AssertionError> broken;
    private @Nullable Role role;
    private long term;
    private long ledTerm;
    private long readyTerm;
    private long toldIndex = -1;
    private long committedIndex = -1;
    private boolean stopped;

    ListenerContract(Consumer<AssertionError> broken) {
        this.broken = broken;
    }

    private void check(boolean holds, String event) {
        if (stopped || !holds) {
            broken.accept(new AssertionError("listener: " + event + " after role=" + role + " term=" + term + " ready="
                    + readyTerm + " configuration=" + toldIndex + " committed=" + committedIndex + " stopped="
                    + stopped));
        }
    }

    @Override
    public void onRoleChanged(Role newRole, long newTerm, long leader, String why) {
        boolean leads = newRole == Role.LEADER;
        check(newTerm >= term, newRole + " in term " + newTerm);
        check(!leads || role == Role.LEADER || newTerm > ledTerm, "leader of term " + newTerm + " once more");
        role = newRole;
        term = newTerm;
        ledTerm = leads ? newTerm : ledTerm;
    }

    @Override
    public void onLeaderReady(long ofTerm) {
        check(role == Role.LEADER && ofTerm == term && ofTerm > readyTerm, "ready to lead term " + ofTerm);
        readyTerm = ofTerm;
    }

    @Override
    public void onConfigurationChanged(Configuration configuration, long index, boolean committed) {
        check(role != null, "configuration " + index);
        check(index >= committedIndex, "configuration " + index + ", older than a committed one");
        toldIndex = index;
        committedIndex = committed ? index : committedIndex;
    }

    @Override
    public void onStopped(@Nullable Throwable cause) {
        check(role != null, "the end");
        stopped = true;
    }
}
