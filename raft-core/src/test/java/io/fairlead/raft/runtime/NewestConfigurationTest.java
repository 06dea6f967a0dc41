package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Member;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NewestConfigurationTest {
    private static final ConfigurationAt ALONE = of(0, 0, 1);
    private static final ConfigurationAt THREE = of(2, 9, 3);

    private final MemoryDisk disk = new MemoryDisk();

    private static ConfigurationAt of(long term, long index, long voters) {
        List<Member> members = LongStream.rangeClosed(1, voters)
                .mapToObj(id -> Member.of(id, "n" + id + ":1"))
                .toList();
        return new ConfigurationAt(new EntryId(term, index), Configuration.ofVoters(members));
    }

    private NewestConfiguration inNextLife() throws IOException {
        return NewestConfiguration.open(disk, "raft");
    }

    @Test
    void the_next_life_knows_it() throws IOException {
        assertThat(inNextLife().orNewer(ALONE)).isEqualTo(ALONE);
        inNextLife().holds(THREE);
        assertThat(inNextLife().orNewer(ALONE)).isEqualTo(THREE);
        assertThat(inNextLife().orNewer(of(3, 7, 5))).as("the log knows better").isEqualTo(of(3, 7, 5));
    }

    @Test
    void a_log_that_is_refilled_does_not_make_it_older() throws IOException {
        inNextLife().holds(THREE);
        NewestConfiguration refilled = inNextLife();
        refilled.holds(of(1, 5, 1));
        refilled.holds(of(2, 8, 2));
        assertThat(inNextLife().orNewer(ALONE)).isEqualTo(THREE);
        refilled.holds(of(3, 8, 4));
        assertThat(inNextLife().orNewer(ALONE)).isEqualTo(of(3, 8, 4));
    }
}
