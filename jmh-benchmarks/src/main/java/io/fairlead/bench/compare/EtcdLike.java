package io.fairlead.bench.compare;

import io.fairlead.bench.http2.GrpcSessions;
import io.fairlead.bench.http2.LeaderProbe;
import io.fairlead.bench.load.SessionFactory;
import io.fairlead.bench.load.Workload;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** etcd, and what takes its flags and speaks its protocols. */
final class EtcdLike implements Product {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    private final String name;
    private final Path program;
    private final String hint;
    private final List<String> moreFlags;
    private final int firstPort;

    private EtcdLike(String name, Path program, String hint, List<String> moreFlags, int firstPort) {
        this.name = name;
        this.program = program;
        this.hint = hint;
        this.moreFlags = List.copyOf(moreFlags);
        this.firstPort = firstPort;
    }

    /** etcd as packaged. */
    static EtcdLike etcd(List<String> moreFlags) {
        List<String> flags = new ArrayList<>(List.of("--log-level", "error", "--quota-backend-bytes", "8589934592"));
        flags.addAll(moreFlags);
        return new EtcdLike(
                "etcd", Path.of("/usr/bin/etcd"), "install it with: apt-get install etcd-server", flags, 24790);
    }

    /** Fairlead as built. */
    static EtcdLike fairlead(Path home, List<String> moreFlags) {
        return new EtcdLike(
                "fairlead",
                home.resolve("bin/kv-server"),
                "build it with: ./mvnw -pl kv-server -am -DskipTests package",
                moreFlags,
                24890);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String describe() {
        return firstLine(List.of(program.toString(), "--version")) + " " + String.join(" ", moreFlags);
    }

    private static String firstLine(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (InputStream out = process.getInputStream()) {
                return new String(out.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .findFirst()
                        .orElse("");
            }
        } catch (IOException e) {
            return "of unknown version";
        }
    }

    @Override
    public void check() throws IOException {
        if (!Files.isExecutable(program)) {
            throw new IOException("there is no " + program + "; " + hint);
        }
    }

    @Override
    public Member start(Path directory, int number, int size) throws IOException {
        String clientUrl = "http://127.0.0.1:" + clientPort(number);
        String peerUrl = "http://127.0.0.1:" + peerPort(number);
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--name",
                "m" + number,
                "--data-dir",
                directory.resolve("data").toString(),
                "--listen-client-urls",
                clientUrl,
                "--advertise-client-urls",
                clientUrl,
                "--listen-peer-urls",
                peerUrl,
                "--initial-advertise-peer-urls",
                peerUrl,
                "--initial-cluster-state",
                "new",
                "--initial-cluster",
                IntStream.range(0, size)
                        .mapToObj(i -> "m" + i + "=http://127.0.0.1:" + peerPort(i))
                        .collect(Collectors.joining(","))));
        command.addAll(moreFlags);
        return new Member(
                command,
                Map.of(),
                directory,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort(number)));
    }

    private int clientPort(int number) {
        return firstPort + 2 * number;
    }

    private int peerPort(int number) {
        return firstPort + 2 * number + 1;
    }

    @Override
    public boolean isLeader(Member member) {
        try {
            return LeaderProbe.isLeader(member.client());
        } catch (IOException e) {
            return false; // It does not answer, or not yet with sense.
        }
    }

    @Override
    public SessionFactory sessions(
            Class<? extends SocketChannel> channelType, List<InetSocketAddress> endpoints, Workload workload) {
        return new GrpcSessions(channelType, endpoints, workload, CALL_TIMEOUT);
    }
}
