package io.fairlead.raft.core;

import java.util.TreeSet;

/** The role a server plays in its current term, with the state that only this role has (§5.1). */
abstract sealed class Role {
    /** Follows a leader or waits for one; also what learners and members outside the configuration are. */
    static final class Follower extends Role {
        @Override
        public String toString() {
            return "FOLLOWER";
        }
    }

    /** Counts answers to votes; only the first of each voter counts (rule E7). */
    abstract static sealed class Campaign extends Role {
        final TreeSet<Long> granted = new TreeSet<>();
        final TreeSet<Long> refused = new TreeSet<>();

        void record(long voter, boolean grant) {
            if (!granted.contains(voter) && !refused.contains(voter)) {
                (grant ? granted : refused).add(voter);
            }
        }
    }

    /** Asks whether an election could be won (dissertation §9.6). */
    static final class PreCandidate extends Campaign {
        @Override
        public String toString() {
            return "PRE_CANDIDATE";
        }
    }

    /** Stands for election (§5.2). */
    static final class Candidate extends Campaign {
        /** The leader itself asked for this election. */
        final boolean transfer;

        Candidate(boolean transfer) {
            this.transfer = transfer;
        }

        @Override
        public String toString() {
            return "CANDIDATE";
        }
    }

    /** Leads: see {@link Leadership}. */
    static final class Leader extends Role {
        final Leadership leadership;

        Leader(Leadership leadership) {
            this.leadership = leadership;
        }

        @Override
        public String toString() {
            return "LEADER";
        }
    }
}
