package io.fairlead.bench.compare;

import io.fairlead.bench.load.SessionFactory;
import io.fairlead.bench.load.Workload;
import io.fairlead.bench.zookeeper.ZooKeeperSessions;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** ZooKeeper as packaged, with forced syncs as by default. */
final class ZooKeeper implements Product {
    private static final Path JAR = Path.of("/usr/share/java/zookeeper.jar");
    private static final int FIRST_PORT = 24990;
    private static final String HEAP = "-Xmx1000m"; // What its own script sets.

    @Override
    public String name() {
        return "zookeeper";
    }

    @Override
    public String describe() {
        return "zookeeper " + version() + " " + HEAP;
    }

    private static String version() {
        try {
            return JAR.toRealPath().getFileName() + "";
        } catch (IOException e) {
            return "of unknown version";
        }
    }

    @Override
    public void check() throws IOException {
        if (!Files.isReadable(JAR)) {
            throw new IOException("there is no " + JAR + "; install it with: apt-get install zookeeper");
        }
    }

    @Override
    public Member start(Path directory, int number, int size) throws IOException {
        Path data = directory.resolve("data");
        Files.createDirectories(data);
        Files.writeString(data.resolve("myid"), Integer.toString(number + 1));
        StringBuilder config = new StringBuilder();
        config.append("tickTime=2000\ninitLimit=10\nsyncLimit=5\nmaxClientCnxns=0\nadmin.enableServer=false\n");
        config.append("4lw.commands.whitelist=srvr\nclientPortAddress=127.0.0.1\n");
        config.append("dataDir=").append(data).append('\n');
        config.append("clientPort=").append(port(number)).append('\n');
        for (int i = 0; i < size; i++) {
            config.append("server.%d=127.0.0.1:%d:%d%n".formatted(i + 1, port(i) + 1, port(i) + 2));
        }
        Path file = directory.resolve("zoo.cfg");
        Files.writeString(file, config);
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-cp",
                JAR.toString(),
                "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                file.toString());
        return new Member(
                command, Map.of(), directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), port(number)));
    }

    private static int port(int number) {
        return FIRST_PORT + 3 * number;
    }

    @Override
    public boolean isLeader(Member member) {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), member.client().getPort())) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.contains("Mode: leader") || answer.contains("Mode: standalone");
        } catch (IOException e) {
            return false; // It does not answer.
        }
    }

    @Override
    public SessionFactory sessions(
            Class<? extends SocketChannel> channelType, List<InetSocketAddress> endpoints, Workload workload) {
        return new ZooKeeperSessions(channelType, endpoints, workload);
    }
}
