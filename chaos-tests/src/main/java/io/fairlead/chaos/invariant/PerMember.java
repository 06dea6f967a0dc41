package io.fairlead.chaos.invariant;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What there is of each member; ids are small. */
final class PerMember<T> {
    private final Supplier<T> fresh;
    private final List<T> byId = new ArrayList<>();

    /** @param fresh what there is of a member that nobody asked for before */
    PerMember(Supplier<T> fresh) {
        this.fresh = fresh;
    }

    T of(long member) {
        while (byId.size() <= member) {
            byId.add(fresh.get());
        }
        return byId.get((int) member);
    }
}
