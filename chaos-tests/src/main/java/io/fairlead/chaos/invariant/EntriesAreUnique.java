package io.fairlead.chaos.invariant;

import io.fairlead.raft.message.AppendEntries;
import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.RaftMessage;

/** Index and term name one entry: its bytes are the same everywhere and intact (§5.3). */
final class EntriesAreUnique extends Invariant implements Invariant.SeesMessages {
    private final PerEntry checksums = new PerEntry();

    EntriesAreUnique() {
        super("I3b", "index and term name one entry");
    }

    @Override
    public void onSend(MemberView from, RaftMessage message) {
        if (message instanceof AppendEntries append) {
            for (Entry entry : append.entries()) {
                check(from, entry);
            }
        }
    }

    private void check(MemberView member, Entry entry) {
        long known = checksums.putIfAbsent(entry.term(), entry.index(), entry.crc32c());
        if (known == PerEntry.NONE && !entry.isIntact()) {
            throw violation("member " + member.id() + " has a damaged " + entry);
        }
        if (known != PerEntry.NONE && known != entry.crc32c()) {
            throw violation("member " + member.id() + " has another " + entry + " than was seen before");
        }
    }
}
