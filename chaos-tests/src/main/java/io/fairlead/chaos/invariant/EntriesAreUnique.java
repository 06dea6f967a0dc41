package io.fairlead.chaos.invariant;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.RaftMessage;
import java.util.HashMap;
import java.util.Map;

/** Index and term name one entry: its bytes are the same everywhere and intact (§5.3). */
final class EntriesAreUnique extends Invariant {
    private final Map<EntryId, Integer> checksums = new HashMap<>();

    EntriesAreUnique() {
        super("I3b", "index and term name one entry");
    }

    @Override
    protected void onSend(MemberView from, RaftMessage message) {
        if (message instanceof AppendEntries append) {
            for (Entry entry : append.entries()) {
                check(from, entry);
            }
        }
    }

    private void check(MemberView member, Entry entry) {
        Integer known = checksums.putIfAbsent(entry.id(), entry.crc32c());
        if (known == null && !entry.isIntact()) {
            throw violation("member " + member.id() + " has a damaged " + entry);
        }
        if (known != null && known != entry.crc32c()) {
            throw violation("member " + member.id() + " has another " + entry + " than was seen before");
        }
    }
}
