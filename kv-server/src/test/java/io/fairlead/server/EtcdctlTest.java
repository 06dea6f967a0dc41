package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * etcdctl (Debian's package {@code etcd-client}) prints against Fairlead what it printed against three members of etcd
 * 3.4.23 named n0, n1 and n2. To record it again, start those and run this test with
 * {@code -Detcdctl.record=http://127.0.0.1:2379}; the new transcript is in {@code target/transcript.txt}.
 */
class EtcdctlTest {
    private static final String RECORDED = "/etcdctl/transcript.txt";

    @TempDir
    Path directory;

    @Test
    void prints_what_it_prints_against_etcd() throws Exception {
        assumeTrue(isInstalled(), "etcdctl is not installed: apt-get install etcd-client");
        Transcript recorded = recorded();
        String endpoint = System.getProperty("etcdctl.record");
        if (endpoint != null) {
            Files.writeString(
                    Path.of("target/transcript.txt"),
                    recorded.repeat(endpoint, directory).toString());
            return;
        }
        try (ProcessCluster cluster = new ProcessCluster(directory, 3)) {
            cluster.startAll();

            Transcript now = recorded.repeat(cluster.clientUrl(0).replace("http://", ""), directory);

            assertThat(now.toString()).isEqualTo(recorded.toString());
        }
    }

    private static Transcript recorded() throws IOException {
        try (InputStream in = Objects.requireNonNull(EtcdctlTest.class.getResourceAsStream(RECORDED))) {
            return Transcript.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("etcdctl", "version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
