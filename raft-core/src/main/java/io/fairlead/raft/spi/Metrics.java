package io.fairlead.raft.spi;

import io.fairlead.raft.Metric;
import java.util.function.ToLongFunction;

/**
 * Where measurements go: implemented once over whatever library a process collects its metrics with. {@link Metric}
 * lists all there are; a later version may have more, so whoever switches over them needs a default.
 *
 * <p><b>Threads:</b> any, several at once. Nothing may block or throw: stages of the group wait for it.
 */
public interface Metrics {
    /** Forgets everything. */
    Metrics NONE = (groupId, gauges) -> new Recorder() {
        @Override
        public void add(Metric counter, long more) {}

        @Override
        public void record(Metric distribution, long value) {}

        @Override
        public void close() {}
    };

    /**
     * A group begins.
     *
     * @param groupId the group's number
     * @param gauges answers what a metric of kind {@code GAUGE} is now; from any thread, at any time
     * @return where the group's measurements go
     */
    Recorder open(long groupId, ToLongFunction<Metric> gauges);

    /** The measurements of one group. */
    interface Recorder {
        /**
         * A metric of kind {@code COUNTER} has grown.
         *
         * @param counter of kind {@code COUNTER}
         * @param more by how much, 1 or more, in the metric's unit
         */
        void add(Metric counter, long more);

        /**
         * One more value of a metric of kind {@code DISTRIBUTION}, in its unit.
         *
         * @param distribution of kind {@code DISTRIBUTION}
         * @param value 0 or more, in the metric's unit
         */
        void record(Metric distribution, long value);

        /** The group has stopped; its gauges are of no more interest. */
        void close();
    }
}
