package io.fairlead.raft;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.Standing;
import io.fairlead.raft.runtime.OfflineGroups;
import io.fairlead.raft.spi.Disk;
import io.fairlead.raft.storage.MemberFile;
import io.fairlead.raft.storage.NioDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What is left of a cluster in one data directory, looked at while no process uses it.
 *
 * @param clusterId the cluster
 * @param memberId the member
 * @param groups its groups, in the order of their numbers
 */
public record Survivor(long clusterId, long memberId, List<GroupState> groups) {
    private static final String TITLE = "fairlead survivor 1";

    /**
     * What a member has of one group.
     *
     * @param groupId the group's number
     * @param last the last entry of its log, or the one that its snapshot ends with
     * @param term the latest term it has seen
     * @param commitIndex entries up to here were known to be committed; more of them may have been
     * @param configuration the newest that it has, committed or not
     * @param standing whether it may have forgotten what it promised
     * @param damage what cannot be read; empty if all can
     */
    public record GroupState(
            long groupId,
            EntryId last,
            long term,
            long commitIndex,
            Configuration configuration,
            Standing standing,
            String damage) {}

    /**
     * Freezes the components.
     *
     * @param clusterId the cluster
     * @param memberId the member
     * @param groups copied
     */
    public Survivor {
        groups = List.copyOf(groups);
    }

    /**
     * Looks into a data directory and changes nothing.
     *
     * @param dataDirectory a member's, in use by no process
     * @return what stands in it
     * @throws IOException if it is none, or cannot be read
     */
    public static Survivor in(Path dataDirectory) throws IOException {
        return in(NioDisk.readOnly(dataDirectory));
    }

    /**
     * As {@link #in(Path)}, on any disk.
     *
     * @param disk with the data directory as its root
     * @return what stands on it
     * @throws IOException if it is none, or cannot be read
     */
    public static Survivor in(Disk disk) throws IOException {
        MemberFile member = MemberFile.read(disk)
                .orElseThrow(() -> new IOException("this is no member's data directory: it has no file 'member'"));
        return new Survivor(member.clusterId(), member.memberId(), OfflineGroups.look(disk));
    }

    /**
     * {@return what it has of a group}
     *
     * @param groupId the group's number
     */
    public Optional<GroupState> group(long groupId) {
        return groups.stream().filter(group -> group.groupId() == groupId).findFirst();
    }

    /** {@return this as text, to be carried to another machine and {@linkplain #parse read} there} */
    public String format() {
        StringBuilder text = new StringBuilder(TITLE + "\n");
        text.append(Long.toHexString(clusterId)).append(' ').append(Long.toHexString(memberId));
        for (GroupState group : groups) {
            text.append('\n')
                    .append(Long.toUnsignedString(group.groupId))
                    .append(' ')
                    .append(group.last.term())
                    .append(' ')
                    .append(group.last.index())
                    .append(' ')
                    .append(group.term)
                    .append(' ')
                    .append(group.commitIndex)
                    .append(' ')
                    .append(group.standing)
                    .append(' ')
                    .append(HexFormat.of().formatHex(group.configuration.encode()))
                    .append(' ')
                    .append(group.damage.replace('\n', ' '));
        }
        return text + "\n" + Integer.toHexString(crc(text.toString())) + "\n";
    }

    /**
     * Reads what {@link #format} wrote.
     *
     * @param text what was carried, to the letter; line ends may have changed
     * @return what was formatted
     * @throws IllegalArgumentException if it is something else, or was changed
     */
    public static Survivor parse(String text) {
        List<String> lines = text.lines().toList();
        int end = lines.size() - 1;
        if (end < 2
                || !lines.get(0).equals(TITLE)
                || !lines.get(end).equals(Integer.toHexString(crc(String.join("\n", lines.subList(0, end)))))) {
            throw new IllegalArgumentException("this is no report of a survivor, or it is not whole");
        }
        String[] ids = lines.get(1).split(" ", -1);
        List<GroupState> groups = new ArrayList<>();
        for (String line : lines.subList(2, end)) {
            String[] words = line.split(" ", 8);
            groups.add(new GroupState(
                    Long.parseUnsignedLong(words[0]),
                    new EntryId(Long.parseLong(words[1]), Long.parseLong(words[2])),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    Configuration.decode(ByteBuffer.wrap(HexFormat.of().parseHex(words[6]))),
                    Standing.valueOf(words[5]),
                    words[7]));
        }
        return new Survivor(Long.parseUnsignedLong(ids[0], 16), Long.parseUnsignedLong(ids[1], 16), groups);
    }

    private static int crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }
}
