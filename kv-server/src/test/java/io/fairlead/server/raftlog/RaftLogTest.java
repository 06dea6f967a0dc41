package io.fairlead.server.raftlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Entry;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.EntryKind;
import io.fairlead.raft.message.HardState;
import io.fairlead.raft.spi.LogStore.Write;
import io.fairlead.raft.spi.Stores.LogSettings;
import io.fairlead.raft.storage.NioDisk;
import io.fairlead.raft.storage.SegmentedLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code raftlog} prints, and that it changes nothing, even beside the log's owner. */
class RaftLogTest {
    private static final LogSettings SETTINGS = new LogSettings(4096, 1 << 20, 0xC1, 1, 0xA, 7);

    @TempDir
    Path data;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = RaftLog.commandLine();
        return command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    private SegmentedLog open() throws IOException {
        return SegmentedLog.open(new NioDisk(data), "raft/1/log", SETTINGS);
    }

    private static Entry entry(long term, long index, int bytes) {
        return Entry.proposal(EntryKind.COMMAND, 0xABC, index, ByteBuffer.wrap(new byte[bytes]))
                .stamp(term, index);
    }

    private void writeSome(SegmentedLog log) throws IOException {
        for (int i = 1; i <= 10; i++) {
            log.append(new Write(null, 0, List.of(entry(1, i, 900)), new HardState(1, 0xA, i - 1)));
        }
        log.append(new Write(null, 10, List.of(entry(2, 10, 4)), new HardState(2, 0xB, 9)));
        log.sync();
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(data)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                found.put(
                        path.toString(),
                        java.util.Arrays.hashCode(Files.readAllBytes(path)) + " " + Files.getLastModifiedTime(path));
            }
        }
        return found;
    }

    @Test
    void stat_says_what_a_log_contains_while_its_owner_is_writing() throws IOException {
        try (SegmentedLog log = open()) {
            writeSome(log);
            Map<String, String> before = files();

            assertThat(run("stat", data.toString())).isZero();

            assertThat(out.toString())
                    .contains("raft/1/log")
                    .contains("sealed")
                    .contains("last=2:10 term=2 vote=b commit=9")
                    .contains("open")
                    .contains("member a (incarnation 7) in group 1 of cluster c1");
            assertThat(files()).isEqualTo(before);
        }
    }

    @Test
    void verify_says_that_all_is_well() throws IOException {
        try (SegmentedLog log = open()) {
            writeSome(log);
        }
        Map<String, String> before = files();

        assertThat(run("verify", data.resolve("raft/1/log").toString())).isZero();

        assertThat(out.toString())
                .contains(": ok")
                .contains("entries=1..10 lastTerm=2 term=2 vote=b")
                .contains("closed");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void verify_names_file_offset_and_index_of_damage() throws IOException {
        try (SegmentedLog log = open()) {
            writeSome(log);
        }
        Path first = data.resolve("raft/1/log/0000000000000001.log");
        byte[] bytes = Files.readAllBytes(first);
        bytes[2000] ^= 1;
        Files.write(first, bytes);

        assertThat(run("verify", data.toString())).isEqualTo(1);

        assertThat(out.toString())
                .contains("DAMAGED")
                .contains("file=log/0000000000000001.log offset=1129 firstLost=2 lastKnown=10")
                .contains("hardStateInDoubt=false");
    }

    @Test
    void dump_prints_records_and_only_the_entries_asked_for() throws IOException {
        try (SegmentedLog log = open()) {
            writeSome(log);
            log.append(new Write(new EntryId(5, 100), 0, List.of(), new HardState(5, 0, 100)));
        }

        assertThat(run("dump", "--from", "10", "--to", "10", "--payload", data.toString()))
                .isZero();

        assertThat(out.toString())
                .contains("segment log/0000000000000001.log")
                .contains("truncate-from=10 term=2 vote=b commit=9")
                .contains("entry 2:10 COMMAND source=abc sequence=10 bytes=4 00000000")
                .contains("reset=5:100")
                .contains("closing")
                .doesNotContain("entry 1:9 ")
                .doesNotContain("CHECKSUM WRONG");
    }

    @Test
    void a_directory_without_a_log_is_refused() {
        assertThat(run("stat", data.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("contains no log");
    }
}
