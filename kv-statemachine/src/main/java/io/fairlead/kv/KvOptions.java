package io.fairlead.kv;

/**
 * How much memory the store may use, and how it cleans up.
 *
 * @param blockCacheBytes cache of uncompressed blocks of files
 * @param memtableBytes size of a memory table of each of the two large column families; a flush starts when one is full
 * @param keyCacheBytes memory for what puts must know of keys that were written lately, 40 bytes each
 * @param compactionBatch how many versions are deleted at a time behind a compaction
 * @param compactionPauseMillis how long to rest after each batch
 */
public record KvOptions(
        long blockCacheBytes, long memtableBytes, long keyCacheBytes, int compactionBatch, int compactionPauseMillis) {
    /** Suits a server that has 600 MiB for a million keys. */
    public static KvOptions defaults() {
        return new KvOptions(64L << 20, 16L << 20, 64L << 20, 1000, 10);
    }
}
