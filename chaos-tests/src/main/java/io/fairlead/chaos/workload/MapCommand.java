package io.fairlead.chaos.workload;

import io.fairlead.chaos.check.KvModel;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A command of the simulated map, as bytes in the log.
 *
 * @param serial unique among all commands of a simulation
 * @param input what to do
 */
record MapCommand(long serial, KvModel.Input input) {
    private static final int BYTES = 33;
    private static final List<KvModel.Kind> KINDS = List.of(KvModel.Kind.values());

    /** The bytes, followed by so many that mean nothing. */
    ByteBuffer encode(int padding) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES + padding);
        bytes.putLong(serial)
                .put((byte) KINDS.indexOf(input.kind()))
                .putLong(input.key())
                .putLong(input.value())
                .putLong(input.expected());
        return bytes.clear();
    }

    /** The serial number of a command, without the rest. */
    static long serialOf(ByteBuffer payload) {
        return payload.getLong(payload.position());
    }

    static MapCommand decode(ByteBuffer payload) {
        ByteBuffer bytes = payload.duplicate();
        long serial = bytes.getLong();
        KvModel.Kind kind = KINDS.get(bytes.get());
        return new MapCommand(serial, new KvModel.Input(kind, bytes.getLong(), bytes.getLong(), bytes.getLong()));
    }
}
