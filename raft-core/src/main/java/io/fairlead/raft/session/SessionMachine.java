package io.fairlead.raft.session;

import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A state machine with a table of sessions around it: a command of a session reaches the state machine once, however
 * often it is in the log, and each copy is answered alike. {@link io.fairlead.raft.RaftNode} puts it around the state
 * machine of a group with sessions; whoever needs a group without a node, a test above all, can do so itself.
 *
 * <p><b>Where the table is kept:</b> in front of the state machine's own snapshot, if that lives in memory. If it keeps
 * itself on disk it must be one that {@link KeepsSessions}, since what it has applied comes back after a crash without a
 * snapshot; one that is not is refused.
 *
 * <p><b>Memory:</b> the answers that clients do not have yet, within the bounds of {@link SessionConfig}.
 *
 * <p><b>Threads:</b> as every {@link StateMachine}; {@link #sessions} by any.
 *
 * @param <R> what the state machine answers
 */
public final class SessionMachine<R> implements StateMachine<Answer<R>> {
    private static final long SNAPSHOT_MARK = 0x666C_7365_7373_0001L;

    private final StateMachine<R> stateMachine;
    private final @Nullable KeepsSessions<R> keeper;
    private final TableFormat<R> format;
    private final TableRows<R> rows;
    private final SessionTable<R> table;
    private volatile int sessions;

    /**
     * Puts sessions around {@code stateMachine}.
     *
     * @param stateMachine owned by this one, which also closes it
     * @param codec writes and reads what it answers
     */
    public SessionMachine(StateMachine<R> stateMachine, ResultCodec<R> codec) {
        this.stateMachine = stateMachine;
        this.keeper = stateMachine instanceof KeepsSessions<R> found ? found : null;
        this.format = new TableFormat<>(codec);
        this.rows = new TableRows<>(format);
        this.table = new SessionTable<>(keeper == null ? new TableJournal<>() {} : rows);
        readRows();
    }

    /** {@return the state machine inside} */
    public StateMachine<R> stateMachine() {
        return stateMachine;
    }

    /** {@return how many sessions are open, as far as this member has applied; from any thread} */
    public int sessions() {
        return sessions;
    }

    @Override
    public Answer<R> apply(Command command) {
        List<Answer<R>> answer = new ArrayList<>();
        applyAll(List.of(command), (position, result) -> answer.add(result));
        return answer.get(0);
    }

    @Override
    public void applyAll(List<Command> commands, Results<Answer<R>> results) {
        Batch batch = new Batch();
        for (Command command : commands) {
            batch.add(command);
        }
        batch.execute();
        batch.answer(results);
        sessions = table.size();
    }

    /** Some commands that are applied together: first the table sees each of them, then the state machine what is left. */
    private final class Batch {
        private final List<Supplier<? extends @Nullable Answer<R>>> answers = new ArrayList<>();
        private final List<Command> executed = new ArrayList<>();
        private final List<KeptAnswer<R>> executedAnswers = new ArrayList<>();
        private long lastIndex;

        void add(Command command) {
            long index = command.index();
            lastIndex = index;
            Request request = Request.decode(command.payload());
            if (request instanceof Request.Execute execute) {
                answers.add(table.execute(
                        execute,
                        index,
                        answer -> execute(new Command(index, command.term(), execute.command(), true), answer)));
            } else if (request instanceof Request.Plain plain) {
                KeptAnswer<R> answer = new KeptAnswer<>(0);
                answers.add(command.awaited() ? answer : () -> null);
                execute(new Command(index, command.term(), plain.command(), command.awaited()), answer);
            } else {
                Answer<R> answer = change(request, command);
                answers.add(() -> answer);
            }
        }

        private void execute(Command command, KeptAnswer<R> answer) {
            executed.add(command);
            executedAnswers.add(answer);
        }

        void execute() {
            Results<R> results =
                    (position, result) -> executedAnswers.get(position).complete(result);
            if (keeper != null) {
                keeper.applyAll(executed, lastIndex, results, rows::writeTo);
            } else if (!executed.isEmpty()) {
                stateMachine.applyAll(executed, results);
            }
        }

        void answer(Results<Answer<R>> results) {
            for (int i = 0; i < answers.size(); i++) {
                Answer<R> answer = answers.get(i).get();
                if (answer != null) {
                    results.complete(i, answer);
                }
            }
        }
    }

    private Answer<R> change(Request request, Command command) {
        if (request instanceof Request.Open open) {
            return table.open(open, command.index());
        } else if (request instanceof Request.KeepAlive alive) {
            return table.keepAlive(alive, command.index());
        } else if (request instanceof Request.Close close) {
            return table.close(close);
        } else if (request instanceof Request.Clock clock) {
            return table.clock(clock, command.term());
        }
        throw new AssertionError(request);
    }

    @Override
    public boolean neverWaits() {
        return stateMachine.neverWaits();
    }

    @Override
    public long durableIndex() {
        long index = stateMachine.durableIndex();
        if (index != 0 && keeper == null) {
            throw new IllegalStateException(stateMachine.getClass().getName() + " keeps itself on disk up to entry "
                    + index + ", but not the sessions: let it implement KeepsSessions, or open the group without them");
        }
        return index;
    }

    @Override
    public Snapshot snapshot() {
        if (keeper != null) {
            return stateMachine.snapshot();
        }
        SessionTable<R> frozenTable = new SessionTable<>(new TableJournal<>() {});
        frozenTable
                .time()
                .reset(
                        table.time().term(),
                        table.time().readingNanos(),
                        table.time().nowNanos());
        table.inOrderOfUse().forEach(session -> frozenTable.add(session.copy()));
        Snapshot frozen = stateMachine.snapshot();
        return new Snapshot() {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                DataOutputStream data = new DataOutputStream(out);
                data.writeLong(SNAPSHOT_MARK);
                format.writeTable(frozenTable, data);
                data.flush();
                frozen.writeTo(out);
            }

            @Override
            public void close() {
                frozen.close();
            }
        };
    }

    @Override
    public void restore(InputStream snapshot, long lastIncludedIndex) throws IOException {
        if (keeper == null) {
            DataInputStream data = new DataInputStream(snapshot);
            if (data.readLong() != SNAPSHOT_MARK) {
                throw new IOException("the snapshot was taken by a member without sessions");
            }
            table.clear();
            format.readTable(table, data);
        }
        stateMachine.restore(snapshot, lastIncludedIndex);
        readRows();
    }

    /** What the state machine has kept of the table is the table. */
    private void readRows() {
        if (keeper != null) {
            try {
                rows.read(keeper, table);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        sessions = table.size();
    }

    @Override
    public void close() {
        stateMachine.close();
    }
}
