package io.fairlead.chaos.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The explorer is tested as the simulator is: it finds bugs of elections, replication and durability. */
class ExplorerFindsBugsTest {
    private static final long STATES = 400_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "two-votes",
                "vote-unwritten",
                "vote-sent-early",
                "candidacy-sent-early",
                "refusal-counts",
                "sent-is-held",
                "leader-counts-unsynced",
                "acknowledged-before-sync",
            })
    void a_bug_is_found(String id) {
        Bug bug = BugFile.readAll().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
        BuggyLibrary library = BuggyLibrary.with(ProductionSources.read().with(bug));
        LongFunction<String> explorer = Hunt.in(library, ExplorerHunt.class);
        assertThat(explorer.apply(STATES))
                .as("what %d states show of: %s", STATES, bug)
                .isNotEmpty();
    }
}
