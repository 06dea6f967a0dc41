package io.fairlead.raft.netty;

import io.netty.channel.EventLoop;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another member, as this one reaches it: a link per lane, all on one event loop.
 *
 * <p><b>Threads:</b> {@link #link} any; the rest belongs to the loop.
 */
final class Peer {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
    private static final long WARN_AFTER_NANOS = 1_000_000_000L;

    private final Shared shared;
    private final long memberId;
    private final EventLoop loop;
    private final Map<Lane, Link> links = new EnumMap<>(Lane.class);
    private Address address;
    private long failingSinceNanos;
    private int failures;
    private boolean warned;

    Peer(Shared shared, long memberId, Address address, EventLoop loop, SendQueue sendQueue) {
        this.shared = shared;
        this.memberId = memberId;
        this.address = address;
        this.loop = loop;
        for (Lane lane : Lane.values()) {
            links.put(lane, new Link(shared, this, lane, loop, sendQueue));
        }
    }

    long memberId() {
        return memberId;
    }

    EventLoop loop() {
        return loop;
    }

    Address address() {
        return address;
    }

    Link link(Lane lane) {
        Link link = links.get(lane);
        if (link == null) {
            throw new AssertionError("no link for " + lane);
        }
        return link;
    }

    /** Makes the connections that are wanted always. */
    void open() {
        assert loop.inEventLoop();
        for (Link link : links.values()) {
            link.open();
        }
    }

    /** The member has moved. */
    void moveTo(Address newAddress) {
        assert loop.inEventLoop();
        if (!newAddress.equals(address)) {
            LOG.info("peer moved: peer={} from={} to={}", memberId, address, newAddress);
            address = newAddress;
            links.values().forEach(Link::redial);
        }
    }

    /** The member has just connected to this one, so it is likely to be reached now. */
    void onHeardFrom() {
        assert loop.inEventLoop();
        links.values().forEach(Link::hurry);
    }

    void close() {
        assert loop.inEventLoop();
        links.values().forEach(Link::close);
    }

    /** A link is ready for messages. */
    void onReady(Lane lane) {
        if (warned) {
            LOG.info(
                    "peer reached again: peer={} address={} lane={} after_ms={} attempts={}",
                    memberId,
                    address,
                    lane,
                    (System.nanoTime() - failingSinceNanos) / 1_000_000,
                    failures);
        } else {
            LOG.debug("connected: peer={} address={} lane={}", memberId, address, lane);
        }
        failures = 0;
        warned = false;
    }

    /** A link broke, or could not be made. */
    void onFailure(Lane lane, String cause, boolean lostMessages) {
        long now = System.nanoTime();
        if (failures == 0) {
            failingSinceNanos = now;
        }
        failures++;
        if (!warned && now - failingSinceNanos >= WARN_AFTER_NANOS) {
            warned = true;
            LOG.warn("peer unreachable: peer={} address={} lane={} cause={}", memberId, address, lane, cause);
        } else {
            LOG.debug("peer unreachable: peer={} address={} lane={} cause={}", memberId, address, lane, cause);
        }
        if (lostMessages) {
            shared.receiver().onUnreachable(memberId);
        }
    }
}
