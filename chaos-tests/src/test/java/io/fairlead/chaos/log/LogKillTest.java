package io.fairlead.chaos.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.storage.NioDisk;
import io.fairlead.raft.storage.SegmentedLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed with SIGKILL in the middle of writing, on the real file system, again and again. */
class LogKillTest {
    private static final int KILLS = Integer.getInteger("kills", 6);

    @TempDir
    Path directory;

    @Test
    @Timeout(300)
    void what_a_killed_process_said_to_be_durable_is_there() throws Exception {
        long acknowledged = 0;
        for (int life = 1; life <= KILLS; life++) {
            acknowledged = Math.max(acknowledged, writeUntilKilled(10 + life * 17));
            check(acknowledged);
        }
    }

    /** Answers the last entry that the process has called durable. */
    private long writeUntilKilled(int lines) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogWriterProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long last = 0;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int seen = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                last = Long.parseLong(line);
                seen++;
                if (seen == lines) {
                    process.toHandle().destroyForcibly(); // Unlike the process itself leaves its output readable.
                }
            }
            assertThat(seen).isGreaterThanOrEqualTo(lines);
        }
        assertThat(process.waitFor()).as("exit code of a killed process").isEqualTo(128 + 9);
        return last;
    }

    private void check(long acknowledged) throws IOException {
        try (SegmentedLog log = SegmentedLog.open(new NioDisk(directory), "log", LogWriterProcess.SETTINGS)) {
            assertThat(log.recovered().damage()).isNull();
            assertThat(log.recovered().last().index()).isGreaterThanOrEqualTo(acknowledged);
            long first = log.firstIndex();
            List<Entry> all = LogModel.read(log, first);
            assertThat(all).hasSize((int) (log.recovered().last().index() - first + 1));
            for (Entry entry : all) {
                assertThat(entry.encoded())
                        .isEqualTo(LogWriterProcess.entry(entry.index()).encoded());
            }
        }
    }
}
