package io.fairlead.kv.mvcc;

/**
 * What a put must know of a key's newest version, for keys that were written lately: it saves the look into RocksDB,
 * which is the dearest part of a put. Keys are known by a keyed 128-bit hash alone, so an entry is five longs whatever
 * the key. Each key has {@value #WAYS} places; a new one takes a free one or, in turn, one of the others'.
 *
 * <p><b>Threads:</b> the applier.
 */
final class LatestCache {
    private static final int WAYS = 4;
    private static final int LONGS = 5;
    private static final int LOW = 0;
    private static final int HIGH = 1;
    private static final int MOD = 2;
    private static final int CREATE = 3;
    private static final int VERSION_AND_SUB = 4;

    private static final int FIRST_SETS = 256;

    private final SipHash hash = SipHash.withRandomKey();
    private final int maxSets;
    private long[] slots;
    private int setMask;
    private int used;
    private int victim;
    private int found;

    /** Grows to at most so many bytes. */
    LatestCache(long maxBytes) {
        long sets = Math.max(1, maxBytes / (Long.BYTES * LONGS * WAYS));
        maxSets = (int) Math.min(1 << 24, Long.highestOneBit(sets));
        setMask = Math.min(FIRST_SETS, maxSets) - 1;
        slots = new long[(setMask + 1) * WAYS * LONGS];
    }

    /** Looks for a key; if it is there, the accessors tell about it. */
    boolean find(byte[] key) {
        hash.hash(key);
        return findHashed();
    }

    long modRevision() {
        return slots[found + MOD];
    }

    long createRevision() {
        return slots[found + CREATE];
    }

    long version() {
        return slots[found + VERSION_AND_SUB] >>> 32;
    }

    int sub() {
        return (int) slots[found + VERSION_AND_SUB];
    }

    /** Remembers a key's newest version, which is committed. */
    void put(byte[] key, long create, long mod, long version, int sub) {
        if (version >>> 31 != 0) {
            remove(key);
            return;
        }
        if (!find(key)) {
            if (used > setMask * WAYS / 2 && setMask + 1 < maxSets) {
                grow();
            }
            found = place(hash.low());
        }
        slots[found + LOW] = hash.low();
        slots[found + HIGH] = hash.high();
        slots[found + MOD] = mod;
        slots[found + CREATE] = create;
        slots[found + VERSION_AND_SUB] = version << 32 | sub;
    }

    /** Forgets a key. */
    void remove(byte[] key) {
        if (find(key)) {
            slots[found + MOD] = 0;
            used--;
        }
    }

    private boolean findHashed() {
        int first = firstPlace(hash.low());
        for (int place = first; place < first + WAYS * LONGS; place += LONGS) {
            if (slots[place + LOW] == hash.low() && slots[place + HIGH] == hash.high() && slots[place + MOD] != 0) {
                found = place;
                return true;
            }
        }
        return false;
    }

    /** Where a key that is not there can go. */
    private int place(long low) {
        int first = firstPlace(low);
        for (int place = first; place < first + WAYS * LONGS; place += LONGS) {
            if (slots[place + MOD] == 0) {
                used++;
                return place;
            }
        }
        victim = (victim + 1) % WAYS;
        return first + victim * LONGS;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        setMask = setMask * 2 + 1;
        used = 0;
        for (int place = 0; place < old.length; place += LONGS) {
            if (old[place + MOD] != 0) {
                System.arraycopy(old, place, slots, place(old[place + LOW]), LONGS);
            }
        }
    }

    private int firstPlace(long low) {
        return ((int) low & setMask) * WAYS * LONGS;
    }
}
