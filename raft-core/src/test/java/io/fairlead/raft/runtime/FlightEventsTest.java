package io.fairlead.raft.runtime;

import static io.fairlead.raft.runtime.TestCluster.add;
import static io.fairlead.raft.runtime.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands in a recording of the JDK's flight recorder. */
@Timeout(60)
class FlightEventsTest {
    private static final String PACKAGE = "io.fairlead.raft.";

    @TempDir
    Path directory;

    private List<RecordedEvent> recorded(Recording recording, String name) throws Exception {
        Path file = directory.resolve(name + ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(PACKAGE + name))
                .toList();
    }

    @Test
    void electionsStepDownsAndSnapshotsAreRecorded() throws Exception {
        try (Recording recording = new Recording();
                TestCluster cluster =
                        new TestCluster(3, TestCluster.quickConfig().build())) {
            recording.start();
            for (long id = 1; id <= 3; id++) {
                cluster.start(id);
            }
            long first = cluster.leader();
            get(cluster.group(first)
                    .propose(add(1))); // Where it is answered it is applied, so there is a state to keep.
            long firstTerm = cluster.group(first).status().term();
            long index = get(cluster.group(first).takeSnapshot());
            long heir = cluster.follower();
            get(cluster.group(first).transferLeadership(heir));
            cluster.await(() -> cluster.leader() == heir);
            get(cluster.group(heir).propose(add(1)));

            assertThat(recorded(recording, "Election")).anySatisfy(event -> {
                assertThat(event.getBoolean("won")).isTrue();
                assertThat(event.getLong("memberId")).isEqualTo(first);
                assertThat(event.getLong("term")).isEqualTo(firstTerm);
                assertThat(event.getLong("groupId")).isEqualTo(TestCluster.GROUP);
                assertThat(event.getDuration()).isPositive();
            });
            assertThat(recorded(recording, "StepDown")).anySatisfy(event -> {
                assertThat(event.getLong("memberId")).isEqualTo(first);
                assertThat(event.getLong("term")).isEqualTo(firstTerm);
                assertThat(event.getString("because")).isNotEmpty();
            });
            assertThat(recorded(recording, "Snapshot")).anySatisfy(event -> {
                assertThat(event.getLong("memberId")).isEqualTo(first);
                assertThat(event.getLong("index")).isEqualTo(index);
                assertThat(event.getLong("bytes")).isPositive();
            });
        }
    }

    @Test
    void slowSyncsAndBackPressureAreRecorded() throws Exception {
        FlightEvents events = new FlightEvents(5, 2, 1_000_000);
        try (Recording recording = new Recording()) {
            recording.start();
            events.onLogSynced(3, 300, 1000, 999_999);
            events.onLogSynced(7, 700, 1000, 2_000_000);
            events.onProposalsRefused(12);
            assertThat(recorded(recording, "SlowSync")).singleElement().satisfies(event -> {
                assertThat(event.getInt("entries")).isEqualTo(7);
                assertThat(event.getDuration("syncTime").toNanos()).isEqualTo(2_000_000);
            });
            assertThat(recorded(recording, "BackPressure"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getLong("refused")).isEqualTo(12));
        }
    }
}
