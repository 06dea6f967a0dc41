package io.fairlead.server;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.maintenance.StatusResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** Members as real processes on this machine, on ports that were free a moment ago. */
final class ProcessCluster implements AutoCloseable {
    private final Path directory;
    private final int[] clientPorts;
    private final int[] peerPorts;
    private final Process[] processes;

    ProcessCluster(Path directory, int size) throws IOException {
        this.directory = directory;
        this.clientPorts = new int[size];
        this.peerPorts = new int[size];
        this.processes = new Process[size];
        List<ServerSocket> reserved = new ArrayList<>();
        for (int i = 0; i < 2 * size; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            reserved.add(socket);
            (i < size ? clientPorts : peerPorts)[i % size] = socket.getLocalPort();
        }
        for (ServerSocket socket : reserved) {
            socket.close();
        }
    }

    int size() {
        return processes.length;
    }

    void startAll() throws IOException {
        for (int member = 0; member < size(); member++) {
            start(member);
        }
        for (int member = 0; member < size(); member++) {
            awaitServing(member);
        }
    }

    void start(int member) throws IOException {
        int[] all = new int[size()];
        Arrays.setAll(all, each -> each);
        start(member, all);
    }

    /** Starts a member that is told of these initial ones. */
    void start(int member, int... initialMembers) throws IOException {
        List<String> initialCluster = new ArrayList<>();
        for (int each : initialMembers) {
            initialCluster.add("n" + each + "=http://127.0.0.1:" + peerPorts[each]);
        }
        processes[member] = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.fairlead.server.Main",
                        "--name",
                        "n" + member,
                        "--data-dir",
                        directory.resolve("n" + member).toString(),
                        "--listen-client-urls",
                        clientUrl(member),
                        "--advertise-client-urls",
                        clientUrl(member),
                        "--listen-peer-urls",
                        "http://127.0.0.1:" + peerPorts[member],
                        "--initial-advertise-peer-urls",
                        "http://127.0.0.1:" + peerPorts[member],
                        "--initial-cluster",
                        String.join(",", initialCluster))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("n" + member + ".log").toFile()))
                .start();
    }

    Path dataDirectory(int member) {
        return directory.resolve("n" + member);
    }

    Path logFile(int member) {
        return directory.resolve("n" + member + ".log");
    }

    String clientUrl(int member) {
        return "http://127.0.0.1:" + clientPorts[member];
    }

    /** A client of one member. */
    Client client(int member) {
        return Client.builder()
                .endpoints(clientUrl(member))
                .connectTimeout(Duration.ofSeconds(2))
                .build();
    }

    /** A client that knows all members. */
    Client client() {
        String[] all = new String[size()];
        for (int member = 0; member < size(); member++) {
            all[member] = clientUrl(member);
        }
        return Client.builder()
                .endpoints(all)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
    }

    void awaitServing(int member) {
        Awaitility.await("member " + member + " serves linearizable reads")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!processes[member].isAlive()) {
                        throw new IllegalStateException(
                                "member " + member + " exited with " + processes[member].exitValue());
                    }
                    try (Client client = client(member)) {
                        client.getKVClient().get(bytes("x")).get(2, TimeUnit.SECONDS);
                        return true;
                    } catch (ExecutionException | TimeoutException e) {
                        return false;
                    }
                });
    }

    StatusResponse status(int member) {
        try (Client client = client(member)) {
            return client.getMaintenanceClient().statusMember(clientUrl(member)).get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    int leader() {
        for (int member = 0; member < size(); member++) {
            if (processes[member].isAlive()) {
                StatusResponse status = status(member);
                if (status.getLeader() == status.getHeader().getMemberId()) {
                    return member;
                }
            }
        }
        throw new IllegalStateException("nobody leads");
    }

    void kill(int member) throws InterruptedException {
        processes[member].destroyForcibly().waitFor();
    }

    /** Asks a member to stop, and answers its exit code. */
    int stop(int member) throws InterruptedException {
        processes[member].destroy();
        return processes[member].waitFor();
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        for (Process process : processes) {
            if (process != null) {
                process.destroyForcibly().onExit().join();
            }
        }
    }
}
