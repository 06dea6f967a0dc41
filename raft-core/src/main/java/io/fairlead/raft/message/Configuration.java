package io.fairlead.raft.message;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who decides in a group, and who only listens (§6). While {@linkplain #isJoint() joint}, every decision needs a
 * majority of {@link #voters()} and a majority of {@link #outgoingVoters()}.
 *
 * @param members everyone named in any of the sets, ordered by id
 * @param voters the voters; while joint, those of C_new
 * @param outgoingVoters the voters of C_old while joint, else empty
 * @param learners members that get the log and have no vote
 * @param learnersNext voters of C_old that become learners when the joint configuration is left
 * @param autoLeave whether the leader leaves the joint configuration by itself once it is committed
 * @param leaderLease whether voters promise, and leaders may use, read leases
 */
public record Configuration(
        List<Member> members,
        SortedSet<Long> voters,
        SortedSet<Long> outgoingVoters,
        SortedSet<Long> learners,
        SortedSet<Long> learnersNext,
        boolean autoLeave,
        boolean leaderLease) {

    private static final int FORMAT = 1;
    /** One for all: whether a set is empty is asked at every step, of each of them. */
    private static final SortedSet<Long> NOBODY = Collections.unmodifiableSortedSet(new TreeSet<>());

    /**
     * Freezes the components and checks that every id is that of a member.
     *
     * @param members copied, and ordered by id; exactly those with a part
     * @param voters copied
     * @param outgoingVoters copied
     * @param learners copied; none of them a voter
     * @param learnersNext copied
     * @param autoLeave whether the leader leaves the joint configuration by itself
     * @param leaderLease whether there are read leases
     */
    public Configuration {
        List<Member> sorted = new ArrayList<>(members);
        sorted.sort(Comparator.comparingLong(Member::id));
        members = List.copyOf(sorted);
        voters = frozen(voters);
        outgoingVoters = frozen(outgoingVoters);
        learners = frozen(learners);
        learnersNext = frozen(learnersNext);
        SortedSet<Long> named = new TreeSet<>(voters);
        named.addAll(outgoingVoters);
        named.addAll(learners);
        SortedSet<Long> known = new TreeSet<>();
        for (Member member : members) {
            if (!known.add(member.id())) {
                throw new IllegalArgumentException("member " + member.id() + " is listed twice");
            }
        }
        if (!known.equals(named)) {
            throw new IllegalArgumentException("members " + known + " must be exactly those with a part: " + named);
        }
        for (Long learner : learners) {
            if (voters.contains(learner) || outgoingVoters.contains(learner)) {
                throw new IllegalArgumentException("member " + learner + " cannot be voter and learner at once");
            }
        }
    }

    private static SortedSet<Long> frozen(SortedSet<Long> ids) {
        return ids.isEmpty() ? NOBODY : Collections.unmodifiableSortedSet(new TreeSet<>(ids));
    }

    /**
     * {@return a plain configuration of voters, without leases}
     *
     * @param voters each id once
     */
    public static Configuration ofVoters(List<Member> voters) {
        SortedSet<Long> ids = new TreeSet<>();
        voters.forEach(member -> ids.add(member.id()));
        return new Configuration(voters, ids, new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), false, false);
    }

    /** {@return the configuration of a group that nobody has told its members yet} */
    public static Configuration empty() {
        return ofVoters(List.of());
    }

    /** {@return whether decisions need two majorities} */
    public boolean isJoint() {
        return !outgoingVoters.isEmpty();
    }

    /**
     * {@return whether {@code id} votes in either half}
     *
     * @param id a member's, or any other number
     */
    public boolean isVoter(long id) {
        return voters.contains(id) || outgoingVoters.contains(id);
    }

    /**
     * {@return whether {@code id} has any part in this configuration}
     *
     * @param id a member's, or any other number
     */
    public boolean contains(long id) {
        return isVoter(id) || learners.contains(id);
    }

    /**
     * {@return the member with this id}
     *
     * @param id a member's, or any other number
     */
    public Optional<Member> member(long id) {
        return Optional.ofNullable(find(id));
    }

    private @Nullable Member find(long id) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).id() == id) {
                return members.get(i);
            }
        }
        return null;
    }

    /**
     * {@return how much a member is wanted as leader; 0 for one that is not a member}
     *
     * @param id a member's, or any other number
     */
    public int priority(long id) {
        Member member = find(id);
        return member == null ? 0 : member.priority();
    }

    /** {@return the bytes that stand for this configuration in entries and snapshots} */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeByte((autoLeave ? 1 : 0) | (leaderLease ? 2 : 0));
            out.writeInt(members.size());
            for (Member member : members) {
                out.writeLong(member.id());
                out.writeUTF(member.address());
                out.writeLong(member.incarnation());
                out.writeInt(member.priority());
            }
            for (SortedSet<Long> ids : List.of(voters, outgoingVoters, learners, learnersNext)) {
                out.writeInt(ids.size());
                for (Long id : ids) {
                    out.writeLong(id);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #encode()} wrote.
     *
     * @param encoded from its position to its limit; both stay as they are
     * @return the configuration
     * @throws IllegalArgumentException if the bytes are not an encoded configuration
     */
    public static Configuration decode(ByteBuffer encoded) {
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(encoded.position(), bytes);
        try (DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(bytes))) {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new IllegalArgumentException("configuration format " + format + " is unknown");
            }
            int flags = in.readByte();
            int memberCount = checkedCount(in.readInt(), bytes.length);
            List<Member> members = new ArrayList<>();
            for (int i = 0; i < memberCount; i++) {
                members.add(new Member(in.readLong(), in.readUTF(), in.readLong(), in.readInt()));
            }
            List<SortedSet<Long>> sets = new ArrayList<>();
            for (int set = 0; set < 4; set++) {
                SortedSet<Long> ids = new TreeSet<>();
                int count = checkedCount(in.readInt(), bytes.length);
                for (int i = 0; i < count; i++) {
                    ids.add(in.readLong());
                }
                sets.add(ids);
            }
            return new Configuration(
                    members, sets.get(0), sets.get(1), sets.get(2), sets.get(3), (flags & 1) != 0, (flags & 2) != 0);
        } catch (IOException e) {
            throw new IllegalArgumentException("configuration is cut short", e);
        }
    }

    private static int checkedCount(int count, int limit) {
        if (count < 0 || count > limit) {
            throw new IllegalArgumentException("configuration names " + count + " members in " + limit + " bytes");
        }
        return count;
    }
}
