package io.fairlead.raft.runtime;

import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.Damage;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what a member's disk has lost of what the member may have promised, and sees to it that this is remembered
 * until it is mended (rule Q6).
 */
final class Losses {
    private static final Logger log = LoggerFactory.getLogger(Losses.class);

    private final GroupParts<?> parts;
    private final Configuration configuration;
    private Standing standing = Standing.WHOLE;

    /** @param configuration the newest one that is known */
    Losses(GroupParts<?> parts, Configuration configuration) {
        this.parts = parts;
        this.configuration = configuration;
    }

    /** What is known to be lost so far. */
    Standing standing() {
        return standing;
    }

    /** The member has never taken part before, unless its disk is not the one it had. */
    void newcomer() throws IOException {
        standing = isAlone() ? Standing.WHOLE : Standing.UNPROVEN;
        parts.standing().write(standing, "began with an empty disk");
    }

    /**
     * Judges the log that was found, and makes it usable.
     *
     * @param empty whether nothing is in it, although the member took part before
     * @throws GroupStoppedException if nobody is there who has what was lost
     */
    void lookAtLog(boolean empty) throws IOException {
        Optional<Standing> noted = parts.standing().read();
        standing = noted.orElse(Standing.WHOLE);
        if (noted.isPresent() && standing != Standing.WHOLE) {
            log.warn("group={} member={} is still {}", parts.groupId(), parts.memberId(), standing);
        }
        Damage damage = parts.log().recovered().damage();
        if (damage != null) {
            found(damage.hardStateInDoubt() ? Standing.IN_DOUBT : Standing.REFILLING, damage.what());
            parts.log().beginRepair();
        } else if (empty && noted.isEmpty()) {
            lost("its log is gone: no entry, term or vote is left of it");
        }
    }

    /** Something is missing that the log itself does not miss. */
    void lost(String what) throws IOException {
        if (!standing.hasLost()) {
            found(Standing.IN_DOUBT, what);
            parts.standing().write(standing, what);
        }
    }

    private boolean isAlone() {
        return configuration.voters().size() == 1
                && configuration.isVoter(parts.memberId())
                && !configuration.isJoint();
    }

    private void found(Standing loss, String what) {
        if (isAlone()) {
            throw new GroupStoppedException(
                    "member " + Long.toHexString(parts.memberId()) + " is the only voter of group " + parts.groupId()
                            + ", so nobody can give back what it lost: " + what + ". Nothing was changed. Restore the"
                            + " whole data directory from a backup; or keep this one aside, and start anew with an"
                            + " empty one",
                    Effect.NONE);
        }
        standing = standing == Standing.UNPROVEN || standing == Standing.IN_DOUBT ? Standing.IN_DOUBT : loss;
        log.error(
                "group={} member={} enters repair mode ({}): {}. It does not vote until its peers have given back what"
                        + " was lost",
                parts.groupId(),
                parts.memberId(),
                standing,
                what);
    }
}
