package io.fairlead.kv.mvcc;

import org.jspecify.annotations.Nullable;

/**
 * Hands the newest view from the applier to readers.
 *
 * <p><b>Threads:</b> {@link #publish} and {@link #close}, the applier; {@link #acquire}, any.
 */
public final class Views {
    private volatile @Nullable View current;

    /** Makes a view the one that readers get. What was written before is visible to whoever gets it. */
    public void publish(View next) {
        View previous = current;
        current = next;
        if (previous != null) {
            previous.release();
        }
    }

    /** Takes the newest view; to be given back with {@link View#release}. */
    public View acquire() {
        while (true) {
            View view = current;
            if (view == null) {
                throw new IllegalStateException("the store is closed");
            }
            if (view.tryRetain()) {
                return view;
            }
            Thread.onSpinWait(); // replaced just now
        }
    }

    /** Ends reading; views that are held stay valid. */
    public void close() {
        View last = current;
        current = null;
        if (last != null) {
            last.release();
        }
    }
}
