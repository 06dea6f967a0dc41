package io.fairlead.chaos.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** B131: a snapshot that is far larger than the memory of who writes, sends, receives and restores it. */
@Timeout(240)
class LargeSnapshotTest {
    private static final long MEBIBYTES = Long.getLong("mebibytes", 512);
    private static final long BLOCKS = MEBIBYTES * (1 << 20) / LargeState.BLOCK_BYTES;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"streaming", "on-disk"})
    void b131_a_snapshot_larger_than_the_heap_is_taken_sent_and_restored(String kind) throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:MaxDirectMemorySize=32m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeSnapshotProcess.class.getName(),
                        directory.toString(),
                        kind,
                        Long.toString(BLOCKS))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor()).as(() -> contentOf(output)).isZero();
            assertThat(Files.readString(output)).isEqualTo("restored " + BLOCKS + "\nrestarted " + BLOCKS + "\n");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String contentOf(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
