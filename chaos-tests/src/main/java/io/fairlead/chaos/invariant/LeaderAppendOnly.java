package io.fairlead.chaos.invariant;

import io.fairlead.raft.core.Server;

/** A leader never overwrites or deletes entries in its log while it leads (§5.3). */
final class LeaderAppendOnly extends Invariant implements Invariant.SeesStarts, Invariant.SeesSteps {
    private final ClusterLog logs;
    private final PerMember<Led> led = new PerMember<>(Led::new);

    /** Which term a member led in its last step; 0 if it led none. */
    private static final class Led {
        long term;
    }

    LeaderAppendOnly(ClusterLog logs) {
        super("I2", "leader append-only");
        this.logs = logs;
    }

    @Override
    public void onStarted(MemberView member) {
        led.of(member.id()).term = 0;
    }

    @Override
    public void afterStep(MemberView member) {
        Server server = member.server();
        if (server == null || !server.leads()) {
            led.of(member.id()).term = 0;
            return;
        }
        Led before = led.of(member.id());
        boolean ledBefore = before.term == server.term();
        before.term = server.term();
        if (ledBefore && logs.mirror(member.id()).shrunk) {
            throw violation("member " + member.id() + " removed entries while it led term " + server.term());
        }
    }
}
