package io.fairlead.kv.mvcc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The newest versions of keys that were written lately, where every reader can copy them from without entering RocksDB,
 * whose search through a skip list costs more than the rest of a read. Each key has one place, which it shares with
 * others: the latest written has it.
 *
 * <p>A place is changed before the view of the change is published, and says nothing older than the newest commit. So a
 * version that is found here and is no newer than a reader's view is the newest one in that view; a reader with an older
 * view, or one whose place was rewritten while it copied, finds nothing and asks RocksDB.
 *
 * <p><b>Threads:</b> changes, the applier; {@link #find}, any, for readers that took their view before.
 *
 * <p><b>Memory:</b> one array that grows with the number of places in use, to 8 MiB; nothing is allocated per version.
 */
final class HotVersions {
    private static final int MAX_PLACES = 1 << 14;
    private static final int FIRST_PLACES = 1 << 6;
    private static final int PLACE_BYTES = 512;

    private static final VarHandle STAMP = MethodHandles.arrayElementVarHandle(long[].class);

    private volatile Table table = new Table(FIRST_PLACES);
    private int used;

    /** Remembers a key's newest version, a serialized key-value. */
    void put(byte[] key, byte[] keyValue, int sub) {
        Table places = table;
        if (keyValue.length > PLACE_BYTES) {
            places.write(places.placeOf(key), keyValue, 0, 0);
            return;
        }
        if (used > places.stamps.length / 2 && places.stamps.length < MAX_PLACES) {
            places = grown(places);
            table = places;
        }
        int place = places.placeOf(key);
        if (places.stamps[place] == 0) {
            used++;
        }
        places.write(place, keyValue, keyValue.length, sub);
    }

    /** Forgets a key. */
    void remove(byte[] key) {
        Table places = table;
        places.write(places.placeOf(key), key, 0, 0);
    }

    /** Readers of the old table see in it what their view has: everything that is published later is in the new one only. */
    private Table grown(Table old) {
        Table bigger = new Table(old.stamps.length * 4);
        StoredVersion version = new StoredVersion();
        used = 0;
        for (int place = 0; place < old.stamps.length; place++) {
            int length = old.lengths[place];
            if (length > 0) {
                byte[] keyValue = Arrays.copyOfRange(old.bytes, place * PLACE_BYTES, place * PLACE_BYTES + length);
                version.read(keyValue, 0, length, old.subs[place], false);
                int next = bigger.placeOf(version.key());
                used += bigger.stamps[next] == 0 ? 1 : 0;
                bigger.write(next, keyValue, length, old.subs[place]);
            }
        }
        return bigger;
    }

    /**
     * Looks for the newest version of a key as of a view.
     *
     * @param revision the view's
     * @param target where the version is copied to, at least {@value #PLACE_BYTES} bytes
     * @param found shows it, if it is here; else it shows nothing of use
     */
    boolean find(byte[] key, long revision, byte[] target, StoredVersion found) {
        Table places = table;
        int place = places.placeOf(key);
        long stamp = (long) STAMP.getAcquire(places.stamps, place);
        int length = places.lengths[place];
        int sub = places.subs[place];
        if ((stamp & 1) != 0 || length == 0) {
            return false;
        }
        System.arraycopy(places.bytes, place * PLACE_BYTES, target, 0, length);
        VarHandle.acquireFence();
        if ((long) STAMP.getOpaque(places.stamps, place) != stamp) {
            return false;
        }
        found.read(target, 0, length, sub, false);
        return found.modRevision() <= revision && found.compareKey(key) == 0;
    }

    /** Places; a place's stamp is odd while it is written, and another one behind each write. */
    private static final class Table {
        final long[] stamps;
        final int[] lengths;
        final int[] subs;
        final byte[] bytes;

        Table(int places) {
            stamps = new long[places];
            lengths = new int[places];
            subs = new int[places];
            bytes = new byte[places * PLACE_BYTES];
        }

        int placeOf(byte[] key) {
            int hash = Arrays.hashCode(key) * 0x9E3779B9;
            return (hash >>> 8) & (stamps.length - 1);
        }

        void write(int place, byte[] source, int length, int sub) {
            long stamp = stamps[place];
            STAMP.setOpaque(stamps, place, stamp + 1);
            VarHandle.releaseFence();
            lengths[place] = length;
            subs[place] = sub;
            System.arraycopy(source, 0, bytes, place * PLACE_BYTES, length);
            STAMP.setRelease(stamps, place, stamp + 2);
        }
    }
}
