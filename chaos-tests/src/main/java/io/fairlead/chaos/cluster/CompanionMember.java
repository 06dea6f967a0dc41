package io.fairlead.chaos.cluster;

import io.fairlead.chaos.invariant.DurableImage;
import io.fairlead.chaos.invariant.MemberView;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.core.Server;
import io.fairlead.raft.runtime.Group;
import org.jspecify.annotations.Nullable;

/** A member's part in a {@link Companion}: a log on the member's disk that outlives its lives, and a group that does not. */
final class CompanionMember implements MemberView {
    private final Companion companion;
    private final SimMember<?> member;
    private final ObservedLog.SurvivingLog survivingLog;
    private @Nullable Group<Long> group;

    CompanionMember(Companion companion, SimMember<?> member) {
        this.companion = companion;
        this.member = member;
        this.survivingLog = new ObservedLog.SurvivingLog(member.id());
    }

    @Override
    public long id() {
        return member.id();
    }

    @Override
    public int life() {
        return member.life();
    }

    @Override
    public @Nullable Server server() {
        return group == null ? null : group.core();
    }

    @Override
    public DurableImage durable() {
        return survivingLog.image();
    }

    ObservedLog.SurvivingLog survivingLog() {
        return survivingLog;
    }

    /** The group as its user sees it; null while the member is down. */
    @Nullable RaftGroup<Long> group() {
        return member.isUp() ? group : null;
    }

    void open(RaftNode node, Membership founders) {
        RaftGroup<Long> opened = node.openGroup(
                companion.groupId(),
                founders,
                new ObservedMachine<>(new CountingMachine(), false, command -> companion.onApplied(this, command)));
        int ofLife = member.life();
        opened.addListener(new RaftListener() {
            @Override
            public void onStopped(@Nullable Throwable cause) {
                member.groupStopped(ofLife, cause);
            }
        });
        group = (Group<Long>) opened;
    }

    void end() {
        group = null;
    }
}
