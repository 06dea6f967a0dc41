package io.fairlead.raft.spi;

import io.fairlead.raft.message.RaftMessage;
import java.util.OptionalLong;

/**
 * The network seam: carries messages between members. It may lose, repeat, delay and reorder them; it must not alter
 * them. One transport serves all groups of a process.
 *
 * <p><b>Threads:</b> any may call; nothing blocks.
 */
public interface Transport extends AutoCloseable {
    /**
     * Starts listening; messages may arrive from now on. Called once.
     *
     * @param receiver where messages are delivered until the transport is closed
     */
    void start(Receiver receiver);

    /**
     * Says where a member is reached. Calling again with another address moves it.
     *
     * @param memberId the member's id
     * @param address in whatever words this transport understands, such as {@code host:port}
     */
    void addPeer(long memberId, String address);

    /**
     * Closes what is open to a member and forgets its address.
     *
     * @param memberId the member's id; nothing happens if it is not known
     */
    void removePeer(long memberId);

    /**
     * Sends to {@code message.to()}, if it is known and there is room; otherwise the message is lost and counted.
     * Votes, heartbeats and their like never queue behind entries and snapshot chunks.
     *
     * @param groupId the group's number
     * @param message what to send; immutable
     */
    void send(long groupId, RaftMessage message);

    /**
     * Workers for the loops of groups. A transport with threads of its own may let some loops run there: what a peer
     * sends is then handled, and answered, by the thread that read it, without another being woken. Called once, before
     * {@link #start}; the workers are closed after the transport.
     *
     * @param threads workers that are independent of the transport
     * @return the workers that the loops are started with, {@code threads} unless the transport has threads of its own
     */
    default Workers loops(Workers threads) {
        return threads;
    }

    /**
     * {@return the cluster whose members alone are let in; empty if this transport does not tell clusters apart} One
     * that does not must not be able to reach members of another cluster: nothing else keeps those away.
     */
    default OptionalLong clusterId() {
        return OptionalLong.empty();
    }

    /** Stops listening and closes all connections. */
    @Override
    void close();

    /** Where a transport delivers. <b>Threads:</b> called on the transport's threads; must not block. */
    interface Receiver {
        /**
         * A message arrived for a member of {@code groupId} in this process.
         *
         * @param groupId the group's number; the process may have no such group
         * @param message meant for {@code message.to()}, which is this process's member if the network is set up as it
         *     should be
         */
        void onMessage(long groupId, RaftMessage message);

        /**
         * The connection to a member broke or could not be made; messages sent before may be lost.
         *
         * @param memberId the member that cannot be reached
         */
        void onUnreachable(long memberId);
    }
}
