package io.fairlead.server;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What members tell about themselves when they start: name and client URLs, replicated in a small group of its own, so
 * that every member can answer for all.
 *
 * <p><b>Threads:</b> changed on its group's apply thread, read by any.
 */
final class MemberDirectory implements StateMachine<Boolean> {
    /**
     * What one member said of itself.
     *
     * @param name its name
     * @param clientUrls where its clients are told to go
     */
    record Attributes(String name, List<String> clientUrls) {}

    private final Map<Long, Attributes> members = new ConcurrentSkipListMap<>();

    /** What a member said, empty if it has not been started yet. */
    Attributes of(long memberId) {
        return members.getOrDefault(memberId, new Attributes("", List.of()));
    }

    /** The command by which a member says so. */
    static ByteBuffer publish(long memberId, Attributes attributes) {
        byte[] text = (attributes.name() + "\n" + String.join("\n", attributes.clientUrls()))
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + text.length)
                .putLong(memberId)
                .put(text)
                .flip();
    }

    @Override
    public Boolean apply(Command command) {
        ByteBuffer payload = command.payload();
        long memberId = payload.getLong();
        List<String> lines =
                StandardCharsets.UTF_8.decode(payload).toString().lines().toList();
        Attributes attributes = lines.isEmpty()
                ? new Attributes("", List.of())
                : new Attributes(lines.get(0), List.copyOf(lines.subList(1, lines.size())));
        return !attributes.equals(members.put(memberId, attributes));
    }

    @Override
    public Snapshot snapshot() {
        SortedMap<Long, Attributes> frozen = new TreeMap<>(members);
        return new Snapshot() {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                DataOutputStream data = new DataOutputStream(out);
                data.writeInt(frozen.size());
                for (Map.Entry<Long, Attributes> member : frozen.entrySet()) {
                    data.writeLong(member.getKey());
                    data.writeUTF(member.getValue().name());
                    data.writeUTF(String.join("\n", member.getValue().clientUrls()));
                }
                data.flush();
            }
        };
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        DataInputStream data = new DataInputStream(snapshot);
        members.clear();
        for (int count = data.readInt(); count > 0; count--) {
            long memberId = data.readLong();
            String name = data.readUTF();
            members.put(memberId, new Attributes(name, data.readUTF().lines().toList()));
        }
    }
}
