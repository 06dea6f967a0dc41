package io.fairlead.chaos.session;

import io.fairlead.chaos.session.SessionClients.Door;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.raft.GroupStoppedException;
import io.fairlead.raft.OutcomeUnknownException;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftException.Effect;
import io.fairlead.raft.SessionExpiredException;
import io.fairlead.raft.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that outlives the members it talks to: it remembers its session's number, the first sequence number without an
 * answer, and the commands from there on, and goes on with them elsewhere. Now and then it moves for no reason, falls
 * silent for longer than its session lives, or begins another one.
 *
 * <p><b>Threads:</b> one.
 */
final class SessionClient {
    private static final long LABEL = 11;
    private static final String FORGOTTEN = "was answered, or given up, before";
    private static final double CLOSES = 0.02;
    private static final double VANISHES = 0.02;
    private static final double SLEEPS = 0.02;
    private static final double MOVES = 0.05;

    private final SessionClients clients;
    private final Randomness random;

    private @Nullable Connection connection;
    private boolean opening;
    private long session;
    private long firstUnanswered;
    /** Serial numbers of the commands by their sequence numbers, from the first one without an answer on. */
    private TreeMap<Long, Command> commands = new TreeMap<>();

    /** A command that has a sequence number. */
    private static final class Command {
        private final long serial;
        private boolean isOver;
        private boolean isRefused;

        Command(long serial) {
            this.serial = serial;
        }
    }

    /** A session through one life of one member; once it is left, nothing that it says is heard. */
    private record Connection(Door door, Session<Long> session) {}

    SessionClient(SessionClients clients, long number) {
        this.clients = clients;
        this.random = Randomness.of(clients.cluster().seed(), "session client", number);
    }

    /** Commands that must still come to an end. */
    int unanswered() {
        return (int)
                commands.values().stream().filter(command -> !command.isOver).count();
    }

    void think() {
        later(random.exponential((double) clients.load().meanThinkTime()));
    }

    private void later(long nanos) {
        clients.cluster().scheduler().after(nanos, LABEL, this::act);
    }

    private void act() {
        Connection current = connection;
        if (current != null && !current.door().isOpen()) {
            connection = null; // The member died, and everything it knew of us.
        } else if (current != null) {
            remember(current);
        }
        if (!clients.isRunning()) {
            finish();
        } else if (connection != null) {
            next(connection);
        } else if (session != 0) {
            resume();
            think();
        } else {
            open();
            think();
        }
    }

    /** What the client would have on paper, if everything else were lost. */
    private void remember(Connection current) {
        firstUnanswered = current.session().firstUnanswered();
        commands.headMap(firstUnanswered).clear();
    }

    /** No new commands: what is under way comes to its end. */
    private void finish() {
        if (unanswered() > 0) {
            if (connection == null) {
                resume();
            }
            think();
        }
    }

    private void next(Connection current) {
        double choice = random.unit() / clients.restlessness();
        if ((choice -= CLOSES) < 0) {
            close(current);
        } else if ((choice -= VANISHES) < 0) {
            detach(current);
            forget();
        } else if ((choice -= SLEEPS) < 0) {
            detach(current);
            later((long) (clients.config().timeout().toNanos() * 2 * random.unit()));
            return;
        } else if ((choice -= MOVES) < 0) {
            detach(current);
            resume();
        } else if (commands.size() < clients.config().maxUnanswered()) {
            proposeNew(current);
        }
        think();
    }

    private void open() {
        if (!opening) {
            clients.anyDoor(random).ifPresent(door -> {
                opening = true;
                BiConsumer<@Nullable Session<Long>, @Nullable Throwable> opened = (made, failure) -> {
                    if (door.isOpen()) {
                        opened(door, made);
                    }
                };
                door.group().openSession().whenComplete(opened);
                clients.cluster().scheduler().after(clients.load().patience(), LABEL, () -> opening = false);
            });
        }
    }

    private void opened(Door door, @Nullable Session<Long> made) {
        opening = false;
        if (made != null && session == 0) {
            session = made.id();
            firstUnanswered = 1;
            connection = new Connection(door, made);
        } else if (made != null) {
            made.detach();
        }
    }

    private void resume() {
        clients.anyDoor(random).ifPresent(door -> {
            Connection resumed = new Connection(door, door.group().resumeSession(session, firstUnanswered));
            connection = resumed;
            for (long sequence : List.copyOf(commands.keySet())) {
                Command command = nextAttempt(Objects.requireNonNull(commands.get(sequence)));
                commands.put(sequence, command);
                propose(resumed, command);
            }
        });
    }

    /** A command without effect leaves its number to another one; whatever may have one is proposed again as it is. */
    private Command nextAttempt(Command command) {
        return command.isRefused ? new Command(clients.newSerial()) : command;
    }

    private void close(Connection current) {
        clients.cluster().trace().add(current.door().member().id(), "is left for good by", current.session());
        BiConsumer<@Nullable Void, @Nullable Throwable> closed = (none, failure) -> {};
        current.session().close().whenComplete(closed);
        forget();
    }

    private void detach(Connection current) {
        connection = null;
        current.session().detach();
    }

    private void forget() {
        connection = null;
        session = 0;
        commands = new TreeMap<>();
    }

    private void proposeNew(Connection current) {
        long next = commands.isEmpty() ? firstUnanswered : commands.lastKey() + 1;
        Command command = new Command(clients.newSerial());
        commands.put(next, command);
        propose(current, command);
    }

    private void propose(Connection current, Command command) {
        BiConsumer<@Nullable Long, @Nullable Throwable> end = (result, failure) -> {
            if (current.door().isOpen() && connection == current) { // Nobody hears what a dead process says.
                ended(current, command, result, failure);
            }
        };
        current.session().propose(Tally.command(command.serial)).whenComplete(end);
    }

    private void ended(Connection current, Command command, @Nullable Long result, @Nullable Throwable failure) {
        long member = current.door().member().id();
        if (result != null) {
            clients.judge().answered(member, command.serial, result);
            clients.countResult();
            command.isOver = true;
            return;
        }
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (!(cause instanceof RaftException why)) {
            clients.judge().violated("X3", "honest outcomes", member, "a command ended with " + cause);
            return;
        }
        clients.cluster().trace().add(member, "refuses #" + command.serial + " of " + current.session() + ":", why);
        if (why instanceof GroupStoppedException) {
            return; // It goes on elsewhere.
        }
        if (!command.isOver
                && why instanceof OutcomeUnknownException
                && why.toString().contains(FORGOTTEN)) {
            clients.judge()
                    .violated("X6", "kept until answered", member, "#" + command.serial + " was given up: " + why);
        }
        command.isOver = true;
        if (why.effect() == Effect.NONE) {
            command.isRefused = true;
            clients.judge().refused(member, command.serial);
            clients.countRefusal();
        } else {
            clients.countUnknown();
        }
        if (why instanceof SessionExpiredException) {
            clients.countExpired();
            forget();
        }
    }

    @Override
    public String toString() {
        return "session " + session + " from " + firstUnanswered + " on, " + new ArrayList<>(commands.keySet());
    }
}
