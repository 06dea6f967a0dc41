package io.fairlead.raft.runtime;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.spi.Disk;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the newest configuration that the log holds, for the day on which the log is lost: a member that founded its
 * group alone would else take itself for its only one still, although others have joined that can give back what it lost.
 * It is on disk before anybody is told that the entry is, so before a quorum without this member can be in force.
 *
 * <p>Newest by the order of the election rule (§5.4.1): a log that is refilled comes by its older configurations again.
 *
 * <p><b>Threads:</b> one at a time: who opens the group, then the log writer.
 */
final class NewestConfiguration {
    private final ConfigurationFile file;
    private @Nullable ConfigurationAt newest;

    private NewestConfiguration(ConfigurationFile file, @Nullable ConfigurationAt newest) {
        this.file = file;
        this.newest = newest;
    }

    /**
     * Reads what a former life has remembered.
     *
     * @throws IOException if the disk fails or the file is damaged
     */
    static NewestConfiguration open(Disk disk, String directory) throws IOException {
        ConfigurationFile file = ConfigurationFile.ofEnd(disk, directory);
        return new NewestConfiguration(file, file.read().orElse(null));
    }

    /** The newer one of what is remembered and {@code other}. */
    ConfigurationAt orNewer(ConfigurationAt other) {
        ConfigurationAt known = newest;
        return known == null || other.id().isAtLeastAsUpToDateAs(known.id()) ? other : known;
    }

    /** The log has this one on disk. Durable on return. */
    void holds(ConfigurationAt configuration) throws IOException {
        if (orNewer(configuration) == configuration && !configuration.equals(newest)) {
            file.write(configuration);
            newest = configuration;
        }
    }
}
