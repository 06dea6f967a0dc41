package io.fairlead.raft.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of a group: which commands took effect, and what they answered (dissertation §6.3). What happens to it is
 * a function of the log alone, as with the state machine beside it.
 *
 * <p><b>Memory:</b> as many sessions as the entries that open them allow, as many answers each.
 *
 * <p><b>Threads:</b> the applier.
 */
final class SessionTable<R> {
    private final LinkedHashMap<Long, ClientRecord<R>> sessions = new LinkedHashMap<>(16, 0.75f, true); // By last use.
    private final LogTime time = new LogTime();
    private final TableJournal<R> journal;

    SessionTable(TableJournal<R> journal) {
        this.journal = journal;
    }

    /** Opens a session; those used longest ago make room for it. */
    Answer<R> open(Request.Open open, long index) {
        while (!sessions.isEmpty() && sessions.size() >= open.maxSessions()) {
            end(eldest());
        }
        ClientRecord<R> opened =
                new ClientRecord<>(index, open.timeoutNanos(), open.maxAnswers(), 1, time.nowNanos(), index);
        sessions.put(index, opened);
        journal.used(opened);
        return new Answer.Opened<>(index);
    }

    private ClientRecord<R> eldest() {
        return sessions.values().iterator().next();
    }

    /**
     * A command of a session.
     *
     * @param execute asked to execute the command, and to complete the answer, if it was not executed before
     */
    Supplier<Answer<R>> execute(Request.Execute request, long index, Execution<R> execute) {
        ClientRecord<R> session = use(request.session(), index, request.firstUnanswered());
        if (session == null) {
            return Answer.Expired::new;
        }
        if (request.sequence() < session.firstUnanswered()) {
            return Answer.Forgotten::new;
        }
        KeptAnswer<R> before = session.answer(request.sequence());
        if (before != null) {
            return before;
        }
        if (session.isFull()) {
            return Answer.Full::new;
        }
        KeptAnswer<R> answer = new KeptAnswer<>(request.sequence());
        session.keep(answer);
        journal.kept(session, answer);
        execute.execute(answer);
        return answer;
    }

    /** Executes a command that was not executed before. */
    interface Execution<R> {
        /** Executes it, if not now then before the batch is over, and completes the answer. */
        void execute(KeptAnswer<R> answer);
    }

    /** A session's client is alive. */
    Answer<R> keepAlive(Request.KeepAlive request, long index) {
        return use(request.session(), index, request.firstUnanswered()) == null
                ? new Answer.Expired<>()
                : new Answer.Done<>();
    }

    private @Nullable ClientRecord<R> use(long id, long index, long firstUnanswered) {
        ClientRecord<R> session = sessions.get(id);
        if (session != null) {
            session.used(index, time.nowNanos());
            session.answeredBelow(firstUnanswered, sequence -> journal.forgotten(id, sequence));
            journal.used(session);
        }
        return session;
    }

    /** A client needs its session no more. */
    Answer<R> close(Request.Close request) {
        ClientRecord<R> session = sessions.get(request.session());
        if (session != null) {
            end(session);
        }
        return new Answer.Done<>();
    }

    /** The leader's clock was read; sessions of which nothing was heard for too long are over. */
    Answer<R> clock(Request.Clock clock, long term) {
        if (clock.term() == term) {
            time.advance(term, clock.readingNanos());
            journal.time(time);
            List<ClientRecord<R>> expired = new ArrayList<>();
            for (ClientRecord<R> session : sessions.values()) {
                if (session.isExpired(time.nowNanos())) {
                    expired.add(session);
                }
            }
            expired.forEach(this::end);
        }
        return new Answer.Done<>();
    }

    private void end(ClientRecord<R> session) {
        sessions.remove(session.id());
        for (KeptAnswer<R> answer : session.answers()) {
            journal.forgotten(session.id(), answer.sequence());
        }
        journal.ended(session.id());
    }

    int size() {
        return sessions.size();
    }

    LogTime time() {
        return time;
    }

    /** The sessions, those used longest ago first. */
    Collection<ClientRecord<R>> inOrderOfUse() {
        return sessions.values();
    }

    /** Forgets everything. */
    void clear() {
        sessions.clear();
        time.reset(0, 0, 0);
    }

    /** Puts back a session that was kept elsewhere; called in the order of use. */
    void add(ClientRecord<R> session) {
        sessions.put(session.id(), session);
    }
}
