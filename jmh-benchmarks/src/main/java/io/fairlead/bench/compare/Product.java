package io.fairlead.bench.compare;

import io.fairlead.bench.load.SessionFactory;
import io.fairlead.bench.load.Workload;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** A kind of server that can be compared. */
interface Product {
    /** Its name in results. */
    String name();

    /** Version and settings that bear on speed, in words. */
    String describe();

    /**
     * Tells what is missing on this machine.
     *
     * @throws IOException saying what to install or build
     */
    void check() throws IOException;

    /**
     * Starts a member of a group.
     *
     * @param directory where this member's data and output go
     * @param number which member, from 0
     * @param size how many there are
     */
    Member start(Path directory, int number, int size) throws IOException;

    /** Tells if this member leads; false if it does not, or does not answer. */
    boolean isLeader(Member member);

    /** What speaks its protocol. */
    SessionFactory sessions(
            Class<? extends SocketChannel> channelType, List<InetSocketAddress> endpoints, Workload workload);
}
