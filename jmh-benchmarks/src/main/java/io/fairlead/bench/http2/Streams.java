package io.fairlead.bench.http2;

import io.fairlead.bench.load.Call;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls under way by stream. Streams are numbered upwards and mostly end in order, so a ring indexed by the low bits
 * of the number has few collisions; it doubles when there is one. Belongs to one connection.
 */
final class Streams {
    /** A call and what has been seen of its answer. */
    static final class Stream {
        int id;

        @Nullable Call call;

        boolean read;
        boolean found;
        boolean messageSeen;
        int httpStatus;
    }

    private Stream[] ring = newRing(64);
    private int size;

    private static Stream[] newRing(int length) {
        Stream[] ring = new Stream[length];
        for (int i = 0; i < length; i++) {
            ring[i] = new Stream();
        }
        return ring;
    }

    /** Adds a stream. */
    Stream add(int id, Call call, boolean read) {
        Stream slot = slot(id);
        while (slot.call != null) {
            grow();
            slot = slot(id);
        }
        slot.id = id;
        slot.call = call;
        slot.read = read;
        slot.found = false;
        slot.messageSeen = false;
        slot.httpStatus = 0;
        size++;
        return slot;
    }

    private void grow() {
        Stream[] old = ring;
        ring = newRing(old.length * 2);
        for (Stream stream : old) {
            if (stream.call != null) {
                ring[(stream.id >>> 1) & (ring.length - 1)] = stream;
            }
        }
    }

    private Stream slot(int id) {
        return ring[(id >>> 1) & (ring.length - 1)];
    }

    /** The stream with this number, null if it has ended. */
    @Nullable Stream get(int id) {
        Stream stream = slot(id);
        return stream.call != null && stream.id == id ? stream : null;
    }

    /** Ends a stream and gives back its call. */
    Call remove(Stream stream) {
        Call call = stream.call;
        if (call == null) {
            throw new IllegalStateException("stream " + stream.id + " has ended before");
        }
        stream.call = null;
        size--;
        return call;
    }

    int size() {
        return size;
    }

    /** Shows every stream under way; the consumer may remove it. */
    void forEach(Consumer<Stream> consumer) {
        for (Stream stream : ring.clone()) {
            if (stream.call != null) {
                consumer.accept(stream);
            }
        }
    }
}
