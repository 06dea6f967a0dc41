package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.RaftListener;
import io.fairlead.raft.RaftStatus.Role;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@link RaftListener} promises of the order of events; the simulator holds every run to it as well. */
class EventsTest {
    private final Events events = new Events(1, 2);
    private final Heard heard = new Heard();

    private static final class Heard implements RaftListener {
        final List<String> lines = new ArrayList<>();

        @Override
        public void onRoleChanged(Role role, long term, long leader, String why) {
            lines.add(role + " " + term);
        }

        @Override
        public void onLeaderReady(long term) {
            lines.add("ready " + term);
        }

        @Override
        public void onConfigurationChanged(Configuration configuration, long index, boolean committed) {
            lines.add("configuration " + index + (committed ? " committed" : ""));
        }

        @Override
        public void onStopped(@Nullable Throwable cause) {
            lines.add("stopped");
        }
    }

    @Test
    void whoComesLateHearsHowThingsAreFirst() {
        events.begins(Role.FOLLOWER, 3, Configuration.empty(), 0, true);
        events.roleChanged(Role.LEADER, 4, 2, "won");
        events.configurationChanged(Configuration.empty(), new EntryId(4, 7), false);
        events.leaderReady(4);

        events.add(heard);
        assertThat(heard.lines).containsExactly("LEADER 4", "configuration 7", "ready 4");

        events.roleChanged(Role.FOLLOWER, 5, 1, "another leads");
        assertThat(heard.lines).endsWith("FOLLOWER 5").hasSize(4);
    }

    @Test
    void readinessEndsWithTheRole() {
        events.roleChanged(Role.LEADER, 4, 2, "won");
        events.leaderReady(4);
        events.roleChanged(Role.FOLLOWER, 5, 0, "a later term");
        events.add(heard);
        assertThat(heard.lines).containsExactly("FOLLOWER 5");
    }

    @Test
    void whoListensFromTheBeginningHearsTheBeginning() {
        events.add(heard);
        events.begins(Role.FOLLOWER, 3, Configuration.empty(), 0, true);
        assertThat(heard.lines).containsExactly("FOLLOWER 3", "configuration 0 committed");
    }

    @Test
    void oneThatThrowsDoesNotKeepOthersFromHearing() {
        events.add(new RaftListener() {
            @Override
            public void onRoleChanged(Role role, long term, long leader, String why) {
                throw new IllegalStateException("a listener's own affair");
            }
        });
        events.add(heard);
        events.roleChanged(Role.CANDIDATE, 1, 0, "nobody leads");
        assertThat(heard.lines).containsExactly("CANDIDATE 1");
    }

    @Test
    void theEndIsTheLastEvent() {
        events.add(heard);
        events.stopped(null);
        events.roleChanged(Role.CANDIDATE, 1, 0, "too late");
        events.tell(listener -> listener.onLeaderReady(1));
        assertThat(heard.lines).containsExactly("stopped");
    }
}
