package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.spi.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationFileTest {
    private final MemoryDisk disk = new MemoryDisk();
    private final ConfigurationFile file = ConfigurationFile.ofBeginning(disk, "raft");

    @Test
    void what_was_written_last_is_read() throws IOException {
        assertThat(file.read()).isEmpty();
        ConfigurationAt first = new ConfigurationAt(EntryId.ZERO, Configuration.empty());
        ConfigurationAt second = new ConfigurationAt(
                new EntryId(3, 17), Configuration.ofVoters(List.of(Member.of(1, "a:1"), Member.of(2, "b:2"))));
        file.write(first);
        assertThat(file.read()).contains(first);
        file.write(second);
        assertThat(file.read()).contains(second);
    }

    @Test
    void damage_is_found_wherever_it_is() throws IOException {
        file.write(new ConfigurationAt(new EntryId(1, 2), Configuration.ofVoters(List.of(Member.of(1, "a:1")))));
        DiskFile bytes = disk.open("raft/configuration", false);
        for (int i = 0; i < bytes.size(); i++) {
            ByteBuffer one = ByteBuffer.allocate(1);
            bytes.read(one, i);
            byte good = one.get(0);
            bytes.write(ByteBuffer.wrap(new byte[] {(byte) ~good}), i);
            assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessageContaining("damaged");
            bytes.write(ByteBuffer.wrap(new byte[] {good}), i);
        }
        bytes.truncate(10);
        assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessageContaining("damaged");
    }
}
