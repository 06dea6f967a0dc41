package io.fairlead.raft.core;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;

/** What part the configuration in force, and what it has promised, let a member play in elections. */
final class Candidacy {
    private final Server server;
    private final long self;

    /** Worked out when the configuration changes, since the election timer asks at every message of the leader. */
    private boolean isCandidate;

    private boolean othersHavePriority;

    Candidacy(Server server) {
        this.server = server;
        this.self = server.settings.memberId();
        configurationChanged();
    }

    void configurationChanged() {
        Configuration configuration = server.configuration();
        int own = configuration.priority(self);
        isCandidate = mayStand(configuration);
        othersHavePriority = configuration.voters().stream().anyMatch(id -> configuration.priority(id) > own);
    }

    /**
     * Tells if this member may stand for election: voters may that are wanted as leader, and so may one whom a
     * configuration removes that is not known to be committed, since nobody else may have the entry that is needed to
     * win (dissertation §4.2.2, figure 4.6). Its own vote does not count then.
     */
    boolean mayStand() {
        return isCandidate || (isRemovalOpen() && mayStand(beforeInForce()));
    }

    private boolean isRemovalOpen() {
        ConfigurationAt inForce = server.configurations.inForce();
        return inForce.id().index() > server.log.commitIndex()
                && !inForce.configuration().isVoter(self);
    }

    private Configuration beforeInForce() {
        return server.configurations
                .at(server.configurations.inForce().id().index() - 1)
                .configuration();
    }

    private boolean mayStand(Configuration configuration) {
        return configuration.isVoter(self) && configuration.priority(self) > 0;
    }

    /** Tells if some other voter is wanted more as leader than this one. */
    boolean othersHavePriority() {
        return othersHavePriority;
    }

    /** Tells if a configuration that is known to be committed has no part for a member. */
    boolean isRemoved(long member) {
        ConfigurationAt inForce = server.configurations.inForce();
        return inForce.id().index() <= server.log.commitIndex()
                && !inForce.configuration().contains(member);
    }

    /** Tells if a former life may have promised to elect nobody for a while (rule K4). */
    boolean mayHavePromised(boolean fresh) {
        Configuration configuration = server.configuration();
        boolean alone = !configuration.isJoint() && configuration.voters().size() == 1 && mayStand(configuration);
        return configuration.leaderLease() && !fresh && !alone;
    }

    /** Tells if a live leader is known, or was promised to, so that nobody else is to be elected (rules K1, K2). */
    boolean isSticky(long now) {
        boolean promised = server.leader() != 0 || server.configuration().leaderLease();
        return server.leadership() != null || (promised && server.timer.hasPromised(now));
    }
}
