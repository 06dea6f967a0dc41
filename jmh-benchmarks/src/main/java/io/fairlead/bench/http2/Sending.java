package io.fairlead.bench.http2;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The sending half of flow control. A message that fits the windows leaves at once; others wait here until the server
 * makes room. Belongs to one connection.
 */
final class Sending {
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long connectionWindow = Frames.DEFAULT_WINDOW;
    private long initialWindow = Frames.DEFAULT_WINDOW;

    /** A message of which not everything has left. */
    private static final class Waiting {
        final int stream;
        final byte[] message;
        int sent;
        long window;

        Waiting(int stream, byte[] message, long window) {
            this.stream = stream;
            this.message = message;
            this.window = window;
        }
    }

    /** Sends a message with gRPC's five bytes before it, and ends the stream. */
    void send(int stream, byte[] message, int length, ByteBuf out) {
        int whole = length + 5;
        if (waiting.isEmpty() && whole <= connectionWindow && whole <= initialWindow && whole <= Frames.MAX_LENGTH) {
            connectionWindow -= whole;
            Frames.header(whole, Frames.DATA, Frames.END_STREAM, stream, out);
            out.writeByte(0);
            out.writeInt(length);
            out.writeBytes(message, 0, length);
            return;
        }
        byte[] copy = new byte[whole];
        copy[1] = (byte) (length >>> 24);
        copy[2] = (byte) (length >>> 16);
        copy[3] = (byte) (length >>> 8);
        copy[4] = (byte) length;
        System.arraycopy(message, 0, copy, 5, length);
        waiting.add(new Waiting(stream, copy, initialWindow));
        drain(out);
    }

    /** The server makes room for {@code bytes}; on the connection if {@code stream} is 0. */
    void onWindowUpdate(int stream, int bytes, ByteBuf out) {
        if (stream == 0) {
            connectionWindow += bytes;
        } else {
            for (Waiting one : waiting) {
                if (one.stream == stream) {
                    one.window += bytes;
                }
            }
        }
        drain(out);
    }

    /** The server changes the window that streams start with; those under way change by the difference. */
    void onInitialWindow(long window, ByteBuf out) {
        for (Waiting one : waiting) {
            one.window += window - initialWindow;
        }
        initialWindow = window;
        drain(out);
    }

    /** The stream has ended: what has not left never will. */
    void onStreamEnd(int stream) {
        if (!waiting.isEmpty()) {
            waiting.removeIf(one -> one.stream == stream);
        }
    }

    private void drain(ByteBuf out) {
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext() && connectionWindow > 0; ) {
            Waiting one = each.next();
            while (one.sent < one.message.length && one.window > 0 && connectionWindow > 0) {
                int left = one.message.length - one.sent;
                int part = (int) Math.min(Math.min(left, Frames.MAX_LENGTH), Math.min(one.window, connectionWindow));
                int flags = part == left ? Frames.END_STREAM : 0;
                Frames.header(part, Frames.DATA, flags, one.stream, out);
                out.writeBytes(one.message, one.sent, part);
                one.sent += part;
                one.window -= part;
                connectionWindow -= part;
            }
            if (one.sent == one.message.length) {
                each.remove();
            }
        }
    }

    /** Messages of which something has not left. */
    int waitingCount() {
        return waiting.size();
    }
}
