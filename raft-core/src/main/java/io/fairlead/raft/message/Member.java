package io.fairlead.raft.message;

/**
 * One member of a group as its configuration knows it.
 *
 * @param id never 0, never reused for another member
 * @param address where peers reach it, as the transport writes addresses
 * @param incarnation what the member drew when its disk was formatted: a wiped disk comes back with another one and is
 *     no longer this member; 0 while it is not yet known
 * @param priority how much this member is wanted as leader among equals; 0 means never, at the price that the group
 *     waits for another one as long as only this member has what is committed
 */
public record Member(long id, String address, long incarnation, int priority) {
    /** The priority of a member about which nothing was said. */
    public static final int DEFAULT_PRIORITY = 1;

    /**
     * Checks the components.
     *
     * @param id not 0
     * @param address as the transport writes addresses; not checked
     * @param incarnation 0 while it is not yet known
     * @param priority not negative
     */
    public Member {
        if (id == 0) {
            throw new IllegalArgumentException("member id 0 is reserved; give every member an id of its own");
        }
        if (priority < 0) {
            throw new IllegalArgumentException(
                    "priority of member " + id + " is " + priority + ", must not be negative");
        }
    }

    /**
     * {@return a member of default priority whose incarnation is not known yet}
     *
     * @param id not 0
     * @param address where peers reach it, as the transport writes addresses
     */
    public static Member of(long id, String address) {
        return new Member(id, address, 0, DEFAULT_PRIORITY);
    }
}
