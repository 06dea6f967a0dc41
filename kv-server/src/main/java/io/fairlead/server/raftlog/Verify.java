package io.fairlead.server.raftlog;

import io.fairlead.raft.spi.Damage;
import io.fairlead.raft.storage.LogInspector;
import io.fairlead.raft.storage.LogInspector.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code raftlog verify}: reads all of a log, as a member does when it starts. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Reads every byte of a log that counts, and says what is wrong: file, offset and index.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:all is well", "1:a log is damaged", "2:wrong usage, or the files cannot be read"})
final class Verify implements Callable<Integer> {
    @Mixin
    private final Logs logs = new Logs();

    private int damaged;

    @Override
    public Integer call() throws IOException {
        logs.forEach(this::verify);
        return damaged > 0 ? 1 : 0;
    }

    private void verify(Path path, LogInspector log) throws IOException {
        PrintWriter out = logs.out();
        Verdict verdict = log.verify();
        Damage damage = verdict.damage();
        out.printf(
                "%s: %s%n  entries=%d..%d lastTerm=%d term=%d vote=%x commit=%d segments=%d lastBatch=%d %s%n",
                path,
                damage == null ? "ok" : "DAMAGED",
                verdict.beforeFirst().index() + 1,
                verdict.last().index(),
                verdict.last().term(),
                verdict.hardState().term(),
                verdict.hardState().votedFor(),
                verdict.hardState().commitIndex(),
                verdict.segments(),
                verdict.batches(),
                verdict.closed() ? "closed" : "open");
        verdict.brokenFooters().forEach(file -> out.printf("  %s: the footer cannot be read; nothing is lost%n", file));
        if (damage != null) {
            damaged++;
            out.printf(
                    "  %s%n  file=%s offset=%d firstLost=%d lastKnown=%d laterEntriesPossible=%b hardStateInDoubt=%b%n",
                    damage.what(),
                    damage.file(),
                    damage.offset(),
                    damage.firstIndex(),
                    damage.lastIndex(),
                    damage.openEnded(),
                    damage.hardStateInDoubt());
        }
    }
}
