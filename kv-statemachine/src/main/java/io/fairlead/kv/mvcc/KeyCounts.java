package io.fairlead.kv.mvcc;

import io.fairlead.kv.KeyRange;
import io.fairlead.kv.rocks.BatchBuffer;
import io.fairlead.kv.rocks.Family;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many live keys there are, by buckets of neighbouring keys, so that counting a range walks over the keys of the two
 * buckets at its ends only. A bucket reaches from its fence to the next one's; the first fence is the empty key. Buckets
 * are split when they have grown beyond {@value #MAX_BUCKET} keys and given up when they are empty, or nearly so beside
 * another small one. Only creations and deletions change anything here.
 *
 * <p>Fences and counts are kept in a column family, written in the batch of the keys they count: a start reads some
 * thousand records for a million keys.
 *
 * <p><b>Threads:</b> immutable; a change makes a new one that shares the untouched chunks of buckets.
 */
final class KeyCounts {
    static final int MAX_BUCKET = 256;
    static final int NEW_BUCKET = 64;
    static final int MERGED_BUCKET = 32;
    static final int MAX_CHUNK = 128;

    private static final byte[] FIRST_FENCE = {};
    private static final byte FENCE_PREFIX = 'f';

    private final Chunk[] chunks;

    private KeyCounts(List<Chunk> chunks) {
        this.chunks = chunks.toArray(new Chunk[0]);
    }

    /** Counts the keys from a key to another by walking over them. */
    interface Counter {
        long count(byte[] from, byte @Nullable [] to);
    }

    /** One key that came into being, or ceased to be. */
    static final class Change {
        private final byte[] key;
        private final int delta;

        Change(byte[] key, int delta) {
            this.key = key;
            this.delta = delta;
        }
    }

    /** No keys. */
    static KeyCounts empty() {
        return new KeyCounts(List.of(new Chunk(new byte[][] {FIRST_FENCE}, new int[] {0})));
    }

    /** Number of all keys. */
    long total() {
        long total = 0;
        for (Chunk chunk : chunks) {
            total += chunk.total;
        }
        return total;
    }

    int buckets() {
        int buckets = 0;
        for (Chunk chunk : chunks) {
            buckets += chunk.fences.length;
        }
        return buckets;
    }

    /** Number of keys in a range. */
    long count(KeyRange range, Counter counter) {
        if (range.isEmpty()) {
            return 0;
        }
        byte[] from = range.from();
        byte[] to = range.to();
        int firstChunk = chunkOf(from);
        int first = chunks[firstChunk].bucketOf(from);
        byte[] firstFence = chunks[firstChunk].fences[first];
        byte[] firstEnd = fenceBehind(firstChunk, first);
        if (to != null && (firstEnd == null || Arrays.compareUnsigned(to, firstEnd) < 0)) {
            return counter.count(from, to);
        }
        long count = Arrays.equals(from, firstFence) ? chunks[firstChunk].counts[first] : counter.count(from, firstEnd);
        if (firstEnd == null) {
            return count;
        }
        int lastChunk = to == null ? chunks.length - 1 : chunkOf(to);
        int last = to == null ? chunks[lastChunk].counts.length : chunks[lastChunk].bucketOf(to);
        count += sum(firstChunk, first + 1, lastChunk, last);
        if (to != null) {
            byte[] lastFence = chunks[lastChunk].fences[last];
            count += Arrays.equals(to, lastFence) ? 0 : counter.count(lastFence, to);
        }
        return count;
    }

    private long sum(int firstChunk, int first, int lastChunk, int last) {
        long sum = 0;
        for (int c = firstChunk; c <= lastChunk; c++) {
            Chunk chunk = chunks[c];
            if (c != firstChunk && c != lastChunk) {
                sum += chunk.total;
                continue;
            }
            int end = c == lastChunk ? last : chunk.counts.length;
            for (int i = c == firstChunk ? first : 0; i < end; i++) {
                sum += chunk.counts[i];
            }
        }
        return sum;
    }

    private byte @Nullable [] fenceBehind(int chunk, int bucket) {
        if (bucket + 1 < chunks[chunk].fences.length) {
            return chunks[chunk].fences[bucket + 1];
        }
        return chunk + 1 < chunks.length ? chunks[chunk + 1].fences[0] : null;
    }

    private int chunkOf(byte[] key) {
        int low = 0;
        int high = chunks.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (Arrays.compareUnsigned(chunks[middle].fences[0], key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * Counts anew after a batch.
     *
     * @param changes in the order of their keys
     * @param keySpace what is there after the changes, to find new fences in
     * @param batch where changed counts are written
     */
    KeyCounts after(List<Change> changes, KeySpace keySpace, BatchBuffer batch) {
        List<Chunk> result = new ArrayList<>(chunks.length + 1);
        int next = 0;
        for (int c = 0; c < chunks.length; c++) {
            byte[] end = c + 1 < chunks.length ? chunks[c + 1].fences[0] : null;
            int from = next;
            while (next < changes.size() && (end == null || Arrays.compareUnsigned(changes.get(next).key, end) < 0)) {
                next++;
            }
            if (from == next) {
                result.add(chunks[c]);
            } else {
                new ChunkChange(chunks[c], end, keySpace, batch).apply(changes.subList(from, next), c == 0, result);
            }
        }
        return new KeyCounts(result);
    }

    /** Takes the records of {@link Family#COUNT} one after the other, in the order of their keys. */
    static final class Loader {
        private final List<byte[]> fences = new ArrayList<>();
        private final List<Integer> counts = new ArrayList<>();

        void add(byte[] key, byte[] value) {
            fences.add(Arrays.copyOfRange(key, 1, key.length));
            counts.add(Records.getInt(value, 0));
        }

        KeyCounts load() {
            if (fences.isEmpty()) {
                return empty();
            }
            List<Chunk> chunks = new ArrayList<>();
            addChunks(fences, counts, chunks);
            return new KeyCounts(chunks);
        }
    }

    private static void addChunks(List<byte[]> fences, List<Integer> counts, List<Chunk> target) {
        int size = fences.size();
        int parts = size <= MAX_CHUNK ? 1 : (size + MAX_CHUNK / 2 - 1) / (MAX_CHUNK / 2);
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) size * part / parts);
            int to = (int) ((long) size * (part + 1) / parts);
            int[] numbers = new int[to - from];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = counts.get(from + i);
            }
            target.add(new Chunk(fences.subList(from, to).toArray(new byte[0][]), numbers));
        }
    }

    /** Some neighbouring buckets. */
    private static final class Chunk {
        final byte[][] fences;
        final int[] counts;
        final long total;

        Chunk(byte[][] fences, int[] counts) {
            this.fences = fences;
            this.counts = counts;
            long sum = 0;
            for (int count : counts) {
                sum += count;
            }
            total = sum;
        }

        int bucketOf(byte[] key) {
            int low = 0;
            int high = fences.length - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (Arrays.compareUnsigned(fences[middle], key) <= 0) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }
    }

    /** Makes one chunk into none, one or several. */
    private static final class ChunkChange {
        private final Chunk chunk;
        private final byte @Nullable [] end;
        private final KeySpace keySpace;
        private final BatchBuffer batch;
        private final List<byte[]> fences = new ArrayList<>();
        private final List<Integer> counts = new ArrayList<>();

        ChunkChange(Chunk chunk, byte @Nullable [] end, KeySpace keySpace, BatchBuffer batch) {
            this.chunk = chunk;
            this.end = end;
            this.keySpace = keySpace;
            this.batch = batch;
        }

        void apply(List<Change> changes, boolean isFirst, List<Chunk> target) {
            int size = chunk.counts.length;
            int[] changed = chunk.counts.clone();
            boolean[] touched = new boolean[size];
            for (Change change : changes) {
                int bucket = chunk.bucketOf(change.key);
                changed[bucket] += change.delta;
                touched[bucket] = true;
            }
            for (int i = 0; i < size; i++) {
                boolean isFirstOfAll = isFirst && i == 0;
                if (!touched[i]) {
                    keep(chunk.fences[i], changed[i]);
                } else if (changed[i] > MAX_BUCKET) {
                    split(chunk.fences[i], i + 1 < size ? chunk.fences[i + 1] : end);
                } else if (changed[i] == 0 && !isFirstOfAll) {
                    remove(chunk.fences[i]);
                } else if (!counts.isEmpty() && changed[i] + counts.get(counts.size() - 1) <= MERGED_BUCKET) {
                    int last = counts.size() - 1;
                    remove(chunk.fences[i]);
                    counts.set(last, counts.get(last) + changed[i]);
                    write(fences.get(last), counts.get(last));
                } else {
                    keep(chunk.fences[i], changed[i]);
                    write(chunk.fences[i], changed[i]);
                }
            }
            if (!fences.isEmpty()) {
                addChunks(fences, counts, target);
            }
        }

        private void split(byte[] from, byte @Nullable [] to) {
            byte[][] fence = {from};
            int[] count = {0};
            keySpace.scan(KeyRange.between(from, to), 0, false, version -> {
                if (count[0] == NEW_BUCKET) {
                    keep(fence[0], count[0]);
                    write(fence[0], count[0]);
                    fence[0] = version.key();
                    count[0] = 0;
                }
                count[0]++;
                return true;
            });
            keep(fence[0], count[0]);
            write(fence[0], count[0]);
        }

        private void keep(byte[] fence, int count) {
            fences.add(fence);
            counts.add(count);
        }

        private void write(byte[] fence, int count) {
            byte[] value = new byte[4];
            Records.putInt(value, 0, count);
            byte[] key = record(fence);
            batch.put(Family.COUNT, key, value);
        }

        private void remove(byte[] fence) {
            byte[] key = record(fence);
            batch.delete(Family.COUNT, key, key.length);
        }

        private static byte[] record(byte[] fence) {
            byte[] key = new byte[fence.length + 1];
            key[0] = FENCE_PREFIX;
            System.arraycopy(fence, 0, key, 1, fence.length);
            return key;
        }
    }
}
