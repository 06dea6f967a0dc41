package io.fairlead.bench.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Asks a member by {@code Maintenance.Status} whether it leads. One call, one connection, blocking. */
public final class LeaderProbe {
    private static final int TIMEOUT_MILLIS = 1000;
    private static final String STATUS = "/etcdserverpb.Maintenance/Status";
    private static final int GRPC_PREFIX_BYTES = 5;

    private LeaderProbe() {}

    /**
     * Tells if the member says of itself that it leads.
     *
     * @throws IOException if it does not answer in time, or not with a status
     */
    public static boolean isLeader(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(address, TIMEOUT_MILLIS);
            ByteBuf request = request(address.getHostString() + ":" + address.getPort());
            request.readBytes(socket.getOutputStream(), request.readableBytes());
            return leads(answer(new DataInputStream(socket.getInputStream())));
        }
    }

    private static ByteBuf request(String authority) {
        ByteBuf out = Unpooled.buffer();
        Frames.hello(1 << 20, out);
        ByteBuf block = Unpooled.buffer();
        new RequestHeaders(authority, 0).write(STATUS, block);
        Frames.header(block.readableBytes(), Frames.HEADERS, Frames.END_HEADERS, 1, out);
        out.writeBytes(block);
        Frames.header(GRPC_PREFIX_BYTES, Frames.DATA, Frames.END_STREAM, 1, out);
        return out.writeZero(GRPC_PREFIX_BYTES);
    }

    private static ByteBuf answer(DataInputStream in) throws IOException {
        while (true) {
            byte[] head = new byte[Frames.HEADER_BYTES];
            in.readFully(head);
            int length = Unpooled.wrappedBuffer(head).readUnsignedMedium();
            byte[] payload = new byte[length];
            in.readFully(payload);
            boolean ended = (head[4] & Frames.END_STREAM) != 0;
            if (head[3] == Frames.DATA && length > GRPC_PREFIX_BYTES) {
                return Unpooled.wrappedBuffer(payload, GRPC_PREFIX_BYTES, length - GRPC_PREFIX_BYTES);
            }
            if (head[3] == Frames.GOAWAY || head[3] == Frames.RST_STREAM || (head[3] == Frames.HEADERS && ended)) {
                throw new IOException("no status");
            }
        }
    }

    /** Reads a StatusResponse: the header's member id is that of the leader. */
    static boolean leads(ByteBuf status) throws IOException {
        long member = 0;
        long leader = 0;
        while (status.isReadable()) {
            long tag = varint(status);
            if (tag == ((1 << 3) | 2)) {
                member = memberId(status.readSlice((int) varint(status)));
            } else if (tag == 4 << 3) {
                leader = varint(status);
            } else {
                skip(status, tag);
            }
        }
        return leader != 0 && leader == member;
    }

    private static long memberId(ByteBuf header) throws IOException {
        while (header.isReadable()) {
            long tag = varint(header);
            if (tag == 2 << 3) {
                return varint(header);
            }
            skip(header, tag);
        }
        return 0;
    }

    private static void skip(ByteBuf message, long tag) throws IOException {
        switch ((int) (tag & 7)) {
            case 0 -> varint(message);
            case 1 -> message.skipBytes(8);
            case 2 -> message.skipBytes((int) varint(message));
            case 5 -> message.skipBytes(4);
            default -> throw new IOException("no protobuf: tag " + tag);
        }
    }

    private static long varint(ByteBuf message) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = message.readByte();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
