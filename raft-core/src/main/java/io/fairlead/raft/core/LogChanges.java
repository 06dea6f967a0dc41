package io.fairlead.raft.core;

import io.fairlead.raft.core.Restored.ConfigurationAt;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.SnapshotMeta;

/** The ways in which the log changes, and with it the configuration in force (rule M1). */
final class LogChanges {
    private final Server server;
    private final RaftLog log;
    private final ConfigurationHistory configurations;
    private final PersistentState persistent;

    LogChanges(Server server) {
        this.server = server;
        this.log = server.log;
        this.configurations = server.configurations;
        this.persistent = server.persistent;
    }

    /** Appends an entry; a configuration is in force from here on. */
    void append(Entry entry, long now) {
        log.append(entry);
        server.repair.onAppended(entry);
        if (entry.kind() == EntryKind.CONFIGURATION) {
            configurations.append(entry.id(), Configuration.decode(entry.payload()));
            configurationChanged(now);
        }
    }

    /** Removes entries that conflict with the leader's, and the configurations among them. */
    void truncateFrom(long index, long now) {
        log.truncateFrom(index);
        server.following.onTruncated();
        server.repair.onCut(index - 1);
        persistent.truncated(index);
        if (configurations.truncateFrom(index)) {
            configurationChanged(now);
        }
    }

    /** Starts the log anew behind an installed snapshot. */
    void reset(SnapshotMeta snapshot, long now) {
        log.reset(snapshot.lastIncluded());
        server.repair.onReset();
        persistent.reset(snapshot.lastIncluded());
        long configurationTerm =
                snapshot.configurationIndex() == 0 ? 0 : snapshot.lastIncluded().term();
        configurations.reset(new EntryId(configurationTerm, snapshot.configurationIndex()), snapshot.configuration());
        configurationChanged(now);
    }

    private void configurationChanged(long now) {
        ConfigurationAt inForce = configurations.inForce();
        server.candidacy.configurationChanged();
        Leadership leadership = server.leadership();
        if (leadership != null) {
            leadership.configurationChanged(now);
            server.transfer.onConfigurationChanged();
            leadership.advanceCommit(now);
            leadership.reads().release();
        } else {
            server.timer.reset(now);
        }
        server.outbox.configurationChanged(
                inForce.configuration(), inForce.id(), inForce.id().index() <= log.commitIndex());
    }
}
