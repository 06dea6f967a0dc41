package io.fairlead.raft.runtime;

import io.fairlead.raft.message.HeartbeatBundle;
import io.fairlead.raft.message.HeartbeatBundle.Part;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.spi.Transport;
import io.fairlead.raft.spi.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * What the groups of this node have to say to other nodes without haste leaves in one frame per node. Leaders speak at
 * the same moments of the node's clock, so what queues here while the timers of one moment run is a bundle.
 *
 * <p><b>Threads:</b> any may offer; bundles are made on the worker.
 *
 * <p><b>Memory:</b> bounded by one heartbeat and one answer of each group to each member.
 */
final class Bundler {
    private final long self;
    private final Transport transport;
    private final BooleanSupplier hasSeveral;
    private final Stage<Item> stage;

    /** Something for a node. */
    private sealed interface Item {}

    private record Message(long groupId, RaftMessage message) implements Item {}

    private record SignOfLife(long to, long life, long beat) implements Item {}

    /** What goes to one node. */
    private static final class Bundle {
        final List<Part> parts = new ArrayList<>();
        long life;
        long beat;
    }

    /** @param hasSeveral tells if there is more than one group, so that there is something to bundle */
    Bundler(long self, Transport transport, Worker worker, BooleanSupplier hasSeveral) {
        this.hasSeveral = hasSeveral;
        this.self = self;
        this.transport = transport;
        this.stage = new Stage<>(worker, this::send);
    }

    /** Sends a message that {@link HeartbeatBundle#takes} tells to be fit. */
    void offer(long groupId, RaftMessage message) {
        if (hasSeveral.getAsBoolean()) {
            stage.offer(new Message(groupId, message));
        } else {
            transport.send(groupId, message);
        }
    }

    /** Tells a node that this one is there, in which of its lives, and how often it has said so. */
    void offerSignOfLife(long to, long life, long beat) {
        stage.offer(new SignOfLife(to, life, beat));
    }

    private void send(List<Item> items) {
        TreeMap<Long, Bundle> bundles = new TreeMap<>();
        for (Item item : items) {
            if (item instanceof Message m) {
                bundles.computeIfAbsent(m.message().to(), to -> new Bundle())
                        .parts
                        .add(new Part(m.groupId(), m.message()));
            } else if (item instanceof SignOfLife sign) {
                Bundle bundle = bundles.computeIfAbsent(sign.to(), to -> new Bundle());
                bundle.life = sign.life();
                bundle.beat = sign.beat();
            }
        }
        bundles.forEach(this::send);
    }

    private void send(long to, Bundle bundle) {
        List<Part> parts = bundle.parts;
        if (bundle.life == 0 && parts.size() == 1) {
            transport.send(parts.get(0).groupId(), parts.get(0).message()); // Alone it needs no wrapping.
            return;
        }
        int from = 0;
        do {
            int end = Math.min(parts.size(), from + HeartbeatBundle.MAX_PARTS);
            transport.send(0, new HeartbeatBundle(self, to, bundle.life, bundle.beat, parts.subList(from, end)));
            from = end;
        } while (from < parts.size());
    }
}
