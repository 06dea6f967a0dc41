package io.fairlead.kv;

import io.fairlead.kv.mvcc.Compactor;
import io.fairlead.kv.mvcc.MvccWriter;
import io.fairlead.kv.mvcc.StoreState;
import io.fairlead.kv.mvcc.Views;
import io.fairlead.kv.rocks.Directories;
import io.fairlead.kv.rocks.FileStream;
import io.fairlead.kv.rocks.KvDatabase;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A multi-version key-value store with etcd's semantics as a replicated state machine. Commands are {@link KvCommand}s.
 * One batch of commands becomes one write batch of RocksDB, which has the index of the last command too: after a crash
 * the store is as it was after some batch, and Raft replays from there.
 *
 * <p><b>Threads:</b> all methods belong to the applier, save {@link #store}, whose result any thread may use.
 */
public final class KvStateMachine implements StateMachine<KvResult> {
    private static final Logger LOG = LoggerFactory.getLogger(KvStateMachine.class);
    private static final int MAX_BATCH_BYTES = 8 << 20;

    private final KvOptions options;
    private final Directories directories;
    private final Views views = new Views();
    private final KvStore store;
    private KvDatabase db;
    private MvccWriter writer;
    private Applier applier;
    private volatile Compactor compactor;
    private boolean closed;

    private KvStateMachine(Directories directories, KvOptions options) {
        this.options = options;
        this.directories = directories;
        db = KvDatabase.open(directories.current(), options);
        writer = new MvccWriter(db, options);
        applier = new Applier(writer, this::commit);
        compactor = new Compactor(db, options);
        compactor.request(writer.compactedRevision());
        views.publish(writer.committed());
        store = new KvStore(views, revision -> compactor.compacted(revision));
    }

    /** Opens the store in a directory, which is made if need be. */
    public static KvStateMachine open(Path directory, KvOptions options) {
        KvStateMachine machine = new KvStateMachine(Directories.open(directory), options);
        StoreState state = machine.writer.state();
        LOG.info("store opened path={} revision={} applied={}", directory, state.revision(), state.appliedIndex());
        return machine;
    }

    /** The reading side. */
    public KvStore store() {
        return store;
    }

    @Override
    public KvResult apply(Command command) {
        KvResult[] result = new KvResult[1];
        applyAll(List.of(command), (position, answer) -> result[position] = answer);
        return result[0];
    }

    @Override
    public void applyAll(List<Command> commands, Results<KvResult> results) {
        KvResult[] answers = new KvResult[commands.size()];
        int answered = 0;
        for (int i = 0; i < answers.length; i++) {
            Command command = commands.get(i);
            if (writer.uncommittedBytes() > MAX_BATCH_BYTES) {
                commit();
                answered = answer(answers, answered, i, results);
            }
            if (command.index() <= writer.state().appliedIndex()) {
                answers[i] = KvResult.of(writer.revision()); // replayed: nobody waits for it any more
                continue;
            }
            answers[i] = applier.apply(command);
            writer.applied(command.index(), command.term());
        }
        commit();
        answer(answers, answered, answers.length, results);
    }

    private static int answer(KvResult[] answers, int from, int to, Results<KvResult> results) {
        for (int i = from; i < to; i++) {
            results.complete(i, answers[i]);
        }
        return to;
    }

    private void commit() {
        long compacted = writer.compactedRevision();
        boolean isCompaction = compacted != writer.committed().state().compactedRevision();
        views.publish(writer.commit());
        if (isCompaction) {
            compactor.request(compacted);
        }
    }

    @Override
    public long durableIndex() {
        return MvccWriter.persistedState(db).appliedIndex();
    }

    /** Starts writing what is in memory to files, so that {@link #durableIndex} rises; does not wait for it. */
    public void startFlush() {
        db.flush(false);
    }

    @Override
    public Snapshot snapshot() {
        Path checkpoint = directories.newCheckpoint();
        db.checkpoint(checkpoint);
        return new CheckpointSnapshot(checkpoint);
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        Path next = directories.next();
        FileStream.read(snapshot, next);
        KvDatabase restored = KvDatabase.open(next, options);
        MvccWriter restoredWriter = new MvccWriter(restored, options);
        StoreState state = restoredWriter.state();
        if (state.appliedIndex() > lastIncludedIndex) {
            restored.release();
            throw new IOException(
                    "the snapshot up to entry " + lastIncludedIndex + " has entry " + state.appliedIndex());
        }
        restoredWriter.applied(lastIncludedIndex, state.appliedTerm());
        restoredWriter.committed().release();
        restoredWriter.commit();
        restored.flush(true);
        directories.switchToNext();
        compactor.close();
        views.publish(restoredWriter.committed());
        db.markObsolete();
        db.release();
        db = restored;
        writer = restoredWriter;
        applier = new Applier(writer, this::commit);
        compactor = new Compactor(db, options);
        compactor.request(writer.compactedRevision());
        LOG.info("store restored revision={} applied={}", state.revision(), lastIncludedIndex);
    }

    @Override
    public void close() {
        if (!closed) {
            db.flush(true);
            closeWithoutFlush();
        }
    }

    /**
     * Gives up what is held and loses what is only in memory, as a crash does: for tests, and for whoever must not write
     * any more. Does nothing behind a {@link #close}.
     */
    public void closeWithoutFlush() {
        if (closed) {
            return;
        }
        closed = true;
        compactor.close();
        views.close();
        db.release();
    }

    /** A directory of links to the store's files. */
    private static final class CheckpointSnapshot implements Snapshot {
        private final Path directory;

        CheckpointSnapshot(Path directory) {
            this.directory = directory;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            FileStream.write(directory, out);
        }

        @Override
        public void close() {
            try {
                Directories.delete(directory);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete " + directory, e);
            }
        }
    }
}
