package io.fairlead.chaos.faults;

import io.fairlead.chaos.sim.SimNetwork;
import java.util.ArrayList;
import java.util.List;

/** The partitions that are in force: a link is blocked while any of them blocks it. */
final class Partitions {
    private final SimNetwork network;
    private final List<Long> members;
    private final List<Partition> active = new ArrayList<>();

    /** Tells which links do not work. */
    interface Partition {
        boolean blocks(long from, long to);
    }

    Partitions(SimNetwork network, List<Long> members) {
        this.network = network;
        this.members = List.copyOf(members);
    }

    void add(Partition partition) {
        active.add(partition);
        update();
    }

    void remove(Partition partition) {
        active.remove(partition);
        update();
    }

    void clear() {
        active.clear();
        update();
    }

    private void update() {
        for (Long from : members) {
            for (Long to : members) {
                network.link(from, to).blocked = active.stream().anyMatch(partition -> partition.blocks(from, to));
            }
        }
    }
}
