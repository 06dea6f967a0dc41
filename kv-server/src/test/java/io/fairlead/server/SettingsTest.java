package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user may say on the command line, in the environment and in a file, and what is answered to mistakes. */
class SettingsTest {
    private static ServerConfig read(String... arguments) {
        return Objects.requireNonNull(Settings.read(arguments, Map.of()));
    }

    private static void assertRefused(String message, String... arguments) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> read(arguments))
                .withMessageContaining(message);
    }

    @Test
    void without_options_it_is_a_single_member_with_etcds_ids() {
        ServerConfig config = read();

        assertThat(config.self().id()).isEqualTo(0x8e9e05c52164694dL);
        assertThat(config.clusterId()).isEqualTo(0xcdf818194e3a8c32L);
        assertThat(config.dataDirectory()).isEqualTo(Path.of("default.fairlead"));
        assertThat(config.listenClients()).containsExactly(new ServerConfig.HostPortUrl("localhost", 2379));
    }

    @Test
    void options_are_understood_in_all_forms_that_go_programs_take() {
        assertThat(read("-name", "default", "--heartbeat-interval=20").heartbeatInterval())
                .hasMillis(20);
    }

    @Test
    void the_environment_counts_and_contradictions_are_refused() {
        Map<String, String> environment = Map.of("FAIRLEAD_DATA_DIR", "/x");

        assertThat(Objects.requireNonNull(Settings.read(new String[0], environment))
                        .dataDirectory())
                .isEqualTo(Path.of("/x"));
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> Settings.read(new String[] {"--data-dir", "/y"}, environment))
                .withMessageContaining("FAIRLEAD_DATA_DIR");
    }

    @Test
    void a_file_is_the_only_source(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("c.yaml");
        Files.writeString(file, "name: a\ninitial-advertise-peer-urls: http://h:1\ninitial-cluster: a=http://h:1\n");

        assertThat(read("--config-file", file.toString(), "--name", "ignored").name())
                .isEqualTo("a");

        Files.writeString(file, "data-dri: a\n");
        assertRefused("did you mean --data-dir", "--config-file", file.toString());
    }

    @Test
    void mistakes_are_answered_with_what_to_change() {
        assertRefused("did you mean --data-dir", "--data-dri", "x");
        assertRefused("does not name this member", "--initial-cluster", "other=http://localhost:2380");
        assertRefused("not a URL like", "--listen-client-urls", "localhost");
        assertRefused("at least 3 x --heartbeat-interval", "--election-timeout", "100");
        assertRefused("must be new or existing", "--initial-cluster-state", "old");
        assertRefused(
                "to several members", "--initial-cluster", "default=http://localhost:2380,b=http://localhost:2380");
    }
}
