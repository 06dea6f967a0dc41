package io.fairlead.bench.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * How many times a second a disk makes 4 KiB durable. Virtual disks limit this: after a burst of syncs they fall to a
 * tenth of their speed, and what was measured then says nothing about who was measured.
 */
public final class DiskProbe {
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS = 64;
    private static final int BURSTS = 3;
    private static final int SYNCS = 50;
    /** Below this part of the best probe, the disk counts as throttled. Noisy neighbours take less. */
    private static final double THROTTLED = 0.25;

    private final Path directory;
    private double best;

    /** @param directory lies on the disk in question */
    public DiskProbe(Path directory) {
        this.directory = directory;
    }

    /**
     * Writes and syncs a few times. Gives the rate of the best of three bursts, as what disturbs one of them is not what
     * holds back a disk. Takes 30 ms on a fast disk, half a second on a slow one.
     */
    public double syncsPerSecond() throws IOException {
        Files.createDirectories(directory);
        Path file = Files.createTempFile(directory, "probe", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
            for (int i = 0; i < BLOCKS; i++) {
                channel.write(block.clear(), (long) i * BLOCK_BYTES);
            }
            channel.force(true);
            double rate = 0;
            for (int burst = 0; burst < BURSTS; burst++) {
                rate = Math.max(rate, 1e9 / median(burst(channel, block)));
            }
            observe(rate);
            return rate;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static long[] burst(FileChannel channel, ByteBuffer block) throws IOException {
        long[] times = new long[SYNCS];
        for (int i = 0; i < SYNCS; i++) {
            long start = System.nanoTime();
            channel.write(block.clear(), (long) (i % BLOCKS) * BLOCK_BYTES);
            channel.force(false);
            times[i] = System.nanoTime() - start;
        }
        return times;
    }

    /** Takes a rate into account as one that the disk is capable of. */
    void observe(double syncsPerSecond) {
        best = Math.max(best, syncsPerSecond);
    }

    /** Tells if a rate is that of a disk that is being held back, by the best one seen so far. */
    public boolean isThrottled(double syncsPerSecond) {
        return syncsPerSecond < best * THROTTLED;
    }

    /**
     * Waits until the disk is no longer held back.
     *
     * @return false if it still was when patience ended
     */
    public boolean awaitRecovery(long patienceMillis) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patienceMillis * 1_000_000;
        while (isThrottled(syncsPerSecond())) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            Thread.sleep(5_000);
        }
        return true;
    }

    static double median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }
}
