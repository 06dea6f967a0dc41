package io.fairlead.bench.zookeeper;

import io.fairlead.bench.load.Call;
import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Template;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One session of ZooKeeper: requests are answered in their order. A write of a node that does not exist creates it; a
 * linearizable read is {@code sync} and a read, as ZooKeeper's reads alone are local ones.
 *
 * <p><b>Threads:</b> the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails in a channel closes it, and that is noticed.
final class ZooKeeperConnection extends SimpleChannelInboundHandler<ByteBuf> {
    private static final int CREATE = 1;
    private static final int GET_DATA = 4;
    private static final int SET_DATA = 5;
    private static final int SYNC = 9;
    private static final int PING = 11;
    private static final int PING_XID = -2;
    private static final int NO_NODE = -101;
    private static final int NODE_EXISTS = -110;
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int ALL_PERMISSIONS = 31;

    private final Template path;
    private final Template value;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final CompletableFuture<ZooKeeperConnection> ready = new CompletableFuture<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf out;
    private boolean greeted;
    private boolean closed;
    private int xid;

    /** A request under way; the call is null if nobody waits for this part of it. */
    private record Pending(
            int type,
            long key,
            Operation operation,
            @Nullable Call call) {}

    ZooKeeperConnection(int keyBytes, int valueBytes) {
        super(true);
        byte[] key = new byte[keyBytes + 1];
        key[0] = '/';
        System.arraycopy(Template.keyHole(keyBytes), 0, key, 1, keyBytes);
        path = new Template(key, keyBytes, 0);
        value = new Template(Template.valueHole(valueBytes), 1, valueBytes);
    }

    CompletableFuture<ZooKeeperConnection> ready() {
        return ready;
    }

    boolean isClosed() {
        return closed;
    }

    void start(Operation operation, long key, Call call) {
        switch (operation) {
            case PUT -> request(SET_DATA, key, operation, call);
            case SGET -> request(GET_DATA, key, operation, call);
            case GET -> {
                request(SYNC, key, operation, null);
                request(GET_DATA, key, operation, call);
            }
            case TXN -> call.onError("not supported by this client");
        }
    }

    private void request(int type, long key, Operation operation, @Nullable Call call) {
        ByteBuf target = out();
        int start = target.writerIndex();
        target.writeInt(0).writeInt(++xid).writeInt(type);
        string(path.fill(key), target);
        switch (type) {
            case SET_DATA -> {
                string(value.fill(key), target);
                target.writeInt(-1);
            }
            case CREATE -> {
                string(value.fill(key), target);
                target.writeInt(1).writeInt(ALL_PERMISSIONS);
                string("world".getBytes(StandardCharsets.US_ASCII), target);
                string("anyone".getBytes(StandardCharsets.US_ASCII), target);
                target.writeInt(0);
            }
            case GET_DATA -> target.writeBoolean(false);
            default -> {
                // SYNC has a path only.
            }
        }
        target.setInt(start, target.writerIndex() - start - 4);
        pending.add(new Pending(type, key, operation, call));
    }

    private static void string(byte[] bytes, ByteBuf target) {
        target.writeInt(bytes.length).writeBytes(bytes);
    }

    private ByteBuf out() {
        ByteBuf present = out;
        if (present == null) {
            present = context().alloc().ioBuffer(1 << 16);
            out = present;
        }
        return present;
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext present = context;
        if (present == null) {
            throw new IllegalStateException("not in a channel");
        }
        return present;
    }

    void flush() {
        ByteBuf full = out;
        if (full != null && full.isReadable()) {
            out = null;
            context().writeAndFlush(full, context().voidPromise());
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        // Protocol 0, no transaction seen, no session yet, an empty password, no read-only server.
        out().writeInt(45).writeInt(0).writeLong(0).writeInt(TIMEOUT_MILLIS).writeLong(0);
        string(new byte[16], out());
        out().writeBoolean(false);
        flush();
        ctx.executor().schedule(this::ping, TIMEOUT_MILLIS / 3, TimeUnit.MILLISECONDS);
    }

    private void ping() {
        if (!closed) {
            out().writeInt(8).writeInt(PING_XID).writeInt(PING);
            flush();
            context().executor().schedule(this::ping, TIMEOUT_MILLIS / 3, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf frame) {
        if (!greeted) {
            greeted = true;
            ready.complete(this);
            return;
        }
        int answered = frame.readInt();
        frame.skipBytes(8);
        int error = frame.readInt();
        if (answered < 0) {
            return; // A ping or an event.
        }
        Pending head = pending.remove();
        Call call = head.call;
        if (call == null) {
            return;
        }
        if (error == 0) {
            call.onAnswer(true);
        } else if (error == NO_NODE && head.type == SET_DATA) {
            request(CREATE, head.key, head.operation, call);
        } else if (error == NODE_EXISTS && head.type == CREATE) {
            request(SET_DATA, head.key, head.operation, call);
        } else if (error == NO_NODE) {
            call.onAnswer(false);
        } else {
            call.onError("error " + error);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed = true;
        ByteBuf unsent = out;
        if (unsent != null) {
            unsent.release();
            out = null;
        }
        ready.completeExceptionally(new IOException("connection lost"));
        for (int i = pending.size(); i > 0; i--) {
            Call call = pending.remove().call;
            if (call != null) {
                call.onError("connection lost");
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
