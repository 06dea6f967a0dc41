package io.fairlead.chaos.small;

import io.fairlead.raft.core.Server;
import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A member at one point of an exploration, as a value. A core cannot be copied, but it is deterministic: its state is what
 * it was given since its life began, and giving it that again makes another one.
 */
final class Slot {
    /** Everything that a member was given in its life; the newest first. */
    record Inputs(@Nullable Inputs earlier, Consumer<CoreMember> newest) {}

    final long id;
    final boolean up;
    final long fingerprint;
    final long term;
    final boolean leads;
    final boolean waits;
    final long commit;
    final long[] log;
    final int writing;
    final Configuration configuration;
    final HardState hardState;
    final long[] durable;

    private final CoreDisk diskAtStart;
    private final @Nullable Inputs inputs;

    private Slot(long id, CoreDisk diskAtStart, @Nullable Inputs inputs, @Nullable CoreMember member, CoreDisk disk) {
        this.id = id;
        this.diskAtStart = diskAtStart;
        this.inputs = inputs;
        this.hardState = disk.hardState();
        this.durable = terms(disk.last().index(), disk::id);
        this.up = member != null;
        Server server = member == null ? null : member.server();
        this.term = server == null ? 0 : server.term();
        this.leads = server != null && server.role().equals("LEADER");
        this.waits = server != null && !leads && server.nextDeadlineNanos() != Long.MAX_VALUE;
        this.commit = server == null ? 0 : server.commitIndex();
        this.log = server == null ? durable : terms(server.lastIndex(), server::entryId);
        this.writing = member == null ? 0 : member.writing();
        this.configuration = server == null ? Configuration.empty() : server.configuration();
        long print = Fingerprint.mix(Fingerprint.of(disk), id);
        if (member != null) {
            print = Fingerprint.mix(print, Fingerprint.of(server));
            print = Fingerprint.mix(print, Fingerprint.of(new ArrayList<>(member.batches())));
        }
        this.fingerprint = print;
    }

    private interface Log {
        EntryId id(long index);
    }

    private static long[] terms(long last, Log log) {
        long[] terms = new long[(int) last + 1];
        for (int index = 1; index <= last; index++) {
            terms[index] = log.id(index).term();
        }
        return terms;
    }

    /** A member that has never run. */
    static Slot fresh(long id, Configuration initial) {
        return down(id, new CoreDisk(initial)).started();
    }

    private static Slot down(long id, CoreDisk disk) {
        return new Slot(id, disk, null, null, disk);
    }

    /** The member as it is, running; whoever asks may do with it what he likes. */
    CoreMember wake() {
        CoreMember member = new CoreMember(id, diskAtStart.copy(), CoreMember.settings(id), World.NOW, nobody -> {});
        List<Consumer<CoreMember>> all = new ArrayList<>();
        for (Inputs each = inputs; each != null; each = each.earlier()) {
            all.add(each.newest());
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            all.get(i).accept(member);
        }
        member.takeSent();
        return member;
    }

    /** What a member that was woken from this one and then given {@code input} has become. */
    Slot after(Consumer<CoreMember> input, CoreMember become) {
        return new Slot(id, diskAtStart, new Inputs(inputs, input), become, become.disk());
    }

    /** The member dies; so many of the writes under way still reached the disk. */
    Slot crashed(int writes) {
        CoreMember member = wake();
        for (int i = 0; i < writes; i++) {
            member.writeUnnoticed();
        }
        return down(id, member.disk());
    }

    /** The member begins another life. */
    Slot started() {
        CoreMember member = new CoreMember(id, diskAtStart.copy(), CoreMember.settings(id), World.NOW, nobody -> {});
        return new Slot(id, diskAtStart, null, member, diskAtStart);
    }
}
