package io.fairlead.raft.netty;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Turns host names into addresses, anew for each dial, on a thread of its own: the system's resolver blocks, for many
 * seconds if the name server is away, and event loops must not. Literal addresses never leave the caller's thread.
 */
final class Resolver implements AutoCloseable {
    private final ThreadPoolExecutor executor;

    Resolver(String threadName) {
        executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, threadName);
            thread.setDaemon(true);
            return thread;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Looks an address up; the answer comes on {@code loop}.
     *
     * @param attempt picks one of several addresses, so that repeated attempts try all
     */
    Future<InetSocketAddress> resolve(Address address, int attempt, EventLoop loop) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(address.host());
        if (literal != null) {
            try {
                return loop.newSucceededFuture(
                        new InetSocketAddress(InetAddress.getByAddress(address.host(), literal), address.port()));
            } catch (UnknownHostException e) {
                return loop.newFailedFuture(e);
            }
        }
        Promise<InetSocketAddress> promise = loop.newPromise();
        executor.execute(() -> lookUp(address, attempt, promise));
        return promise;
    }

    private static void lookUp(Address address, int attempt, Promise<InetSocketAddress> promise) {
        try {
            InetAddress[] all = InetAddress.getAllByName(address.host());
            promise.setSuccess(new InetSocketAddress(all[Math.floorMod(attempt, all.length)], address.port()));
        } catch (UnknownHostException e) {
            promise.setFailure(e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
