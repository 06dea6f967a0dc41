package io.fairlead.raft.spi;

/**
 * Part of a log cannot be read any more, although this member may have acknowledged what stood there. The entries before
 * {@code firstIndex} are good. A member that knows of damage must not vote, campaign or acknowledge until its log covers
 * again whatever it may have acknowledged (rule Q6).
 *
 * @param file the file, as {@link Disk} writes paths
 * @param offset where in it the first byte stands that is not what was written
 * @param firstIndex the first entry that was lost; how far it has been refilled since, {@link LogStore.Recovered#last}
 *     tells
 * @param lastIndex the last entry of which anything that is left says that it may have been acknowledged; {@code
 *     firstIndex - 1} if nothing does
 * @param openEnded whether yet later entries may have stood in bytes that cannot be read
 * @param hardStateInDoubt whether a later term or vote than {@link LogStore.Recovered#hardState} may have stood in bytes
 *     that cannot be read: the member may have voted in any term it did not see end
 * @param what a sentence for the operator, which names file, offset and index
 */
public record Damage(
        String file,
        long offset,
        long firstIndex,
        long lastIndex,
        boolean openEnded,
        boolean hardStateInDoubt,
        String what) {

    @Override
    public String toString() {
        return what;
    }
}
