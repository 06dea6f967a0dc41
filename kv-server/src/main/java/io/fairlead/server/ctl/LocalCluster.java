package io.fairlead.server.ctl;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Three members on this machine, each a process of its own. */
final class LocalCluster implements AutoCloseable {
    static final int SIZE = 3;
    private static final long POLL_NANOS = 50_000_000;
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 20;

    private final Path home;
    private final Path data;
    private final Map<Integer, Process> members = new TreeMap<>();

    /** Something is in the way; the message is one line that says what and what to do. */
    static final class ClusterException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ClusterException(String message) {
            super(message);
        }
    }

    /**
     * A cluster that is not started yet.
     *
     * @param home of the distribution
     * @param data where the members keep theirs
     */
    LocalCluster(Path home, Path data) {
        this.home = home;
        this.data = data;
    }

    static int clientPort(int member) {
        return member == 1 ? 2379 : member * 10_000 + 2379;
    }

    static int peerPort(int member) {
        return clientPort(member) + 1;
    }

    static String clientUrl(int member) {
        return "http://127.0.0.1:" + clientPort(member);
    }

    void start() {
        for (int member = 1; member <= SIZE; member++) {
            requireFree(clientPort(member));
            requireFree(peerPort(member));
        }
        for (int member = 1; member <= SIZE; member++) {
            startMember(member);
        }
        awaitAnswers();
    }

    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new ClusterException(
                    "port " + port + " on 127.0.0.1 is in use: stop the program that uses it (another"
                            + " quickstart, an etcd?) and try again");
        }
    }

    void startMember(int member) {
        List<String> initialCluster = new ArrayList<>();
        for (int each = 1; each <= SIZE; each++) {
            initialCluster.add("n" + each + "=http://127.0.0.1:" + peerPort(each));
        }
        String peerUrl = "http://127.0.0.1:" + peerPort(member);
        try {
            Files.createDirectories(data);
            members.put(
                    member,
                    new ProcessBuilder(
                                    home.resolve("bin/kv-server").toString(),
                                    "--name",
                                    "n" + member,
                                    "--data-dir",
                                    directoryOf(member).toString(),
                                    "--listen-client-urls",
                                    clientUrl(member),
                                    "--advertise-client-urls",
                                    clientUrl(member),
                                    "--listen-peer-urls",
                                    peerUrl,
                                    "--initial-advertise-peer-urls",
                                    peerUrl,
                                    "--initial-cluster",
                                    String.join(",", initialCluster),
                                    "--initial-cluster-token",
                                    "quickstart")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(logOf(member)))
                            .start());
        } catch (IOException e) {
            throw new ClusterException("member n" + member + " cannot be started: " + e.getMessage());
        }
    }

    private Path directoryOf(int member) {
        return data.resolve("n" + member);
    }

    private File logOf(int member) {
        return data.resolve("n" + member + ".log").toFile();
    }

    Process process(int member) {
        Process process = members.get(member);
        if (process == null) {
            throw new IllegalStateException("member n" + member + " was never started");
        }
        return process;
    }

    /** Waits until every member serves linearizable reads. */
    void awaitAnswers() {
        for (int member = 1; member <= SIZE; member++) {
            awaitAnswer(member);
        }
    }

    void awaitAnswer(int member) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        try (EtcdClient client = new EtcdClient(clientPort(member), 2000)) {
            while (true) {
                @Nullable String failure = check();
                if (failure != null) {
                    throw new ClusterException(failure);
                }
                try {
                    client.getPrefix("/");
                    return;
                } catch (EtcdClient.CallFailedException e) {
                    if (System.nanoTime() > deadline) {
                        throw new ClusterException("member n" + member + " did not answer within " + START_SECONDS
                                + " s: " + e.getMessage() + "; see " + logOf(member));
                    }
                    LockSupport.parkNanos(POLL_NANOS);
                }
            }
        }
    }

    /** What went wrong with a member that is no longer running, in its own words; null if all run. */
    @Nullable String check() {
        for (Map.Entry<Integer, Process> member : members.entrySet()) {
            if (!member.getValue().isAlive()) {
                return "member n" + member.getKey() + " stopped: " + lastWords(member.getKey());
            }
        }
        return null;
    }

    private String lastWords(int member) {
        try {
            List<String> lines = Files.readAllLines(logOf(member).toPath());
            for (int i = lines.size() - 1; i >= 0; i--) {
                if (lines.get(i).startsWith("kv-server: ") || lines.get(i).startsWith("fairlead: ")) {
                    return lines.get(i).replaceFirst("^[a-z-]+: ", "");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "see " + logOf(member);
    }

    /** Ends a member's process as a power failure would. */
    void kill(int member) {
        try {
            process(member).destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops all members cleanly. */
    @Override
    public void close() {
        members.values().forEach(Process::destroy);
        members.values().forEach(process -> {
            try {
                if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
