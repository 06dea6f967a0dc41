package io.fairlead.raft.netty;

import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.netty.codec.FrameAssembler;
import io.fairlead.raft.netty.codec.HandshakeCodec;
import io.fairlead.raft.netty.codec.HandshakeRefusal;
import io.fairlead.raft.netty.codec.Hello;
import io.fairlead.raft.netty.codec.HelloReply;
import io.fairlead.raft.netty.codec.MessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A peer on plain sockets, to say what no transport would say, or nothing at all. */
final class RawPeer {
    private RawPeer() {}

    /** Connects to a member. */
    static Socket dial(String address) throws IOException {
        Address parsed = Address.parse(address);
        Socket socket = new Socket(parsed.host(), parsed.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** What member {@code from} says to be let in by member {@code to}. */
    static Hello hello(long from, long to) {
        return new Hello(1, 1, 0, Nodes.CLUSTER, from, 0, to, 0, "");
    }

    static byte[] bytesOf(Hello hello) {
        ByteBuf bytes = Unpooled.buffer();
        HandshakeCodec.encode(hello, bytes);
        return ByteBufUtil.getBytes(bytes);
    }

    static byte[] bytesOf(RaftMessage message) {
        ByteBuf bytes = Unpooled.buffer();
        new MessageEncoder().encode(1, message, Integer.MAX_VALUE, bytes);
        return ByteBufUtil.getBytes(bytes);
    }

    /** Reads a frame that has the magic before it, and gives its bytes. */
    static byte[] readHandshake(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] head = new byte[8];
        in.readFully(head);
        int length = Unpooled.wrappedBuffer(head).getInt(4);
        byte[] rest = new byte[4 + length];
        in.readFully(rest);
        return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(head, rest));
    }

    /** Waits until the other side closes the connection. */
    static void awaitClose(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // until the end
            }
        } catch (SocketException reset) {
            // also an end
        }
    }

    /** An address at which nobody listens. */
    static String freeAddress() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A member that lets everyone in, and then reads only what is urgent; its windows are small. */
    static final class Stalled implements AutoCloseable {
        private final long memberId;
        private final ServerSocket server = new ServerSocket();
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();
        private final AtomicLong urgentBytes = new AtomicLong();

        Stalled(long memberId) throws IOException {
            this.memberId = memberId;
            server.setReceiveBufferSize(4096);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            run(() -> {
                while (true) {
                    Socket socket = server.accept();
                    sockets.add(socket);
                    run(() -> serve(socket));
                }
            });
        }

        private void serve(Socket socket) throws IOException {
            AtomicBoolean urgent = new AtomicBoolean();
            new FrameAssembler(4096)
                    .read(
                            Unpooled.wrappedBuffer(readHandshake(socket)),
                            frame ->
                                    urgent.set(HandshakeCodec.decodeHello(frame).lane() == 0));
            ByteBuf reply = Unpooled.buffer();
            HandshakeCodec.encode(
                    new HelloReply(HandshakeRefusal.NONE, "", 1, 0, Nodes.CLUSTER, memberId, 0, 64 << 20), reply);
            socket.getOutputStream().write(ByteBufUtil.getBytes(reply));
            while (urgent.get() && socket.getInputStream().read() >= 0) {
                urgentBytes.incrementAndGet();
            }
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void run(Work work) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            work.run();
                        } catch (IOException e) {
                            // the connection, or the test, is over
                        }
                    },
                    "stalled-peer");
            thread.setDaemon(true);
            thread.start();
        }

        /** Bytes that have arrived in the urgent lane. */
        long urgentBytes() {
            return urgentBytes.get();
        }

        String address() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
