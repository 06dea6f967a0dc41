package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Standing;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class StandingFileTest {
    private final MemoryDisk disk = new MemoryDisk();
    private final StandingFile file = new StandingFile(disk, "raft");

    @Test
    void what_was_written_last_is_read_until_it_is_deleted() throws IOException {
        assertThat(file.read()).isEmpty();
        file.write(Standing.UNPROVEN, "began with an empty disk");
        assertThat(file.read()).contains(Standing.UNPROVEN);
        file.write(Standing.IN_DOUBT, "its log is gone");
        assertThat(file.read()).contains(Standing.IN_DOUBT);
        file.delete();
        assertThat(file.read()).isEmpty();
    }

    @Test
    void damage_means_that_everything_is_in_doubt() throws IOException {
        file.write(Standing.REFILLING, "a bit turned over");
        DiskFile bytes = disk.open("raft/standing", false);
        for (int i = 0; i < bytes.size(); i++) {
            ByteBuffer one = ByteBuffer.allocate(1);
            bytes.read(one, i);
            byte good = one.get(0);
            bytes.write(ByteBuffer.wrap(new byte[] {(byte) ~good}), i);
            assertThat(file.read()).contains(Standing.IN_DOUBT);
            bytes.write(ByteBuffer.wrap(new byte[] {good}), i);
        }
    }

    /** Else a power loss takes away what this life has relied on, and with it that a vote may be forgotten. */
    @Test
    void what_an_earlier_life_could_not_make_durable_is_durable_once_it_was_read() throws IOException {
        file.write(Standing.IN_DOUBT, "its log is gone");
        int before = disk.directorySyncs;

        file.read();

        assertThat(disk.directorySyncs).isGreaterThan(before);
    }
}
