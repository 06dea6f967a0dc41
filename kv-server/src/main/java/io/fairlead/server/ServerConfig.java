package io.fairlead.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server was told: checked, and the same wherever it came from (flags, environment, file).
 *
 * @param name this member's name
 * @param dataDirectory where everything is kept
 * @param listenClients where clients are served
 * @param advertiseClientUrls where clients are told to go
 * @param listenPeer where peers are served
 * @param members all initial members, this one among them
 * @param self this member
 * @param clusterId id of the cluster
 * @param joining whether this member joins an existing cluster
 * @param heartbeatInterval how often an idle leader speaks
 * @param electionTimeout the shortest election timeout
 * @param maxRequestBytes largest request of a client
 * @param maxTxnOps most operations in one transaction
 */
public record ServerConfig(
        String name,
        Path dataDirectory,
        List<HostPortUrl> listenClients,
        List<String> advertiseClientUrls,
        HostPortUrl listenPeer,
        List<ClusterMember> members,
        ClusterMember self,
        long clusterId,
        boolean joining,
        Duration heartbeatInterval,
        Duration electionTimeout,
        int maxRequestBytes,
        int maxTxnOps) {

    /** The same settings in another cluster. */
    ServerConfig inCluster(long otherClusterId) {
        return new ServerConfig(
                name,
                dataDirectory,
                listenClients,
                advertiseClientUrls,
                listenPeer,
                members,
                self,
                otherClusterId,
                joining,
                heartbeatInterval,
                electionTimeout,
                maxRequestBytes,
                maxTxnOps);
    }

    /**
     * A place to listen.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     */
    public record HostPortUrl(String host, int port) {
        static HostPortUrl of(HostPort address) {
            return new HostPortUrl(address.host(), address.port());
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Checks the settings together.
     *
     * @throws StartException naming every problem, not just the first
     */
    static ServerConfig from(ServerOptions options) {
        List<String> problems = new ArrayList<>();
        List<HostPort> clients = HostPort.parseAll("listen-client-urls", split(options.listenClientUrls), problems);
        List<HostPort> peers = HostPort.parseAll("listen-peer-urls", split(options.listenPeerUrls), problems);
        List<String> advertised = split(options.advertiseClientUrls);
        HostPort.parseAll("advertise-client-urls", advertised, problems);
        List<String> advertisedPeers = split(options.initialAdvertisePeerUrls);
        String initialCluster = options.initialCluster.isEmpty()
                ? options.name + "=" + String.join("," + options.name + "=", advertisedPeers)
                : options.initialCluster;
        List<ClusterMember> members = members(initialCluster, options.initialClusterToken, problems);
        ClusterMember self = members.stream()
                .filter(member -> member.name().equals(options.name))
                .findFirst()
                .orElse(new ClusterMember(options.name, List.of(), 0));
        if (self.id() == 0) {
            problems.add("--initial-cluster does not name this member '" + options.name
                    + "': it must list every member as name=peer-url, this one included (--name)");
        } else if (!self.peerUrls().equals(advertisedPeers.stream().sorted().toList())) {
            problems.add("--initial-cluster says that '" + options.name + "' is reached at " + self.peerUrls()
                    + ", --initial-advertise-peer-urls says " + advertisedPeers + ": make them equal");
        }
        if (!options.initialClusterState.equals("new") && !options.initialClusterState.equals("existing")) {
            problems.add("--initial-cluster-state is '" + options.initialClusterState + "', must be new or existing");
        }
        if (peers.size() > 1) {
            problems.add("--listen-peer-urls names " + peers.size() + " places, one is supported");
        }
        if (options.electionTimeoutMillis < 3L * options.heartbeatIntervalMillis) {
            problems.add("--election-timeout " + options.electionTimeoutMillis
                    + " must be at least 3 x --heartbeat-interval " + options.heartbeatIntervalMillis
                    + ", or a lost heartbeat unseats a healthy leader");
        }
        if (options.heartbeatIntervalMillis < 1) {
            problems.add("--heartbeat-interval is " + options.heartbeatIntervalMillis + ", must be at least 1 (ms)");
        }
        if (options.maxRequestBytes < 1 || options.maxRequestBytes > (7 << 20)) {
            problems.add("--max-request-bytes is " + options.maxRequestBytes + ", must be 1 to " + (7 << 20));
        }
        if (!problems.isEmpty()) {
            throw new StartException(String.join("; ", problems));
        }
        return new ServerConfig(
                options.name,
                Path.of(options.dataDir.isEmpty() ? options.name + ".fairlead" : options.dataDir),
                clients.stream().map(HostPortUrl::of).toList(),
                advertised,
                HostPortUrl.of(peers.get(0)),
                members,
                self,
                ClusterMember.clusterId(members),
                options.initialClusterState.equals("existing"),
                Duration.ofMillis(options.heartbeatIntervalMillis),
                Duration.ofMillis(options.electionTimeoutMillis),
                options.maxRequestBytes,
                options.maxTxnOps);
    }

    private static List<ClusterMember> members(String initialCluster, String token, List<String> problems) {
        Map<String, List<String>> urlsByName = new LinkedHashMap<>();
        for (String part : split(initialCluster)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                problems.add("--initial-cluster: '" + part + "' is not name=peer-url");
                continue;
            }
            HostPort.parse("initial-cluster", part.substring(equals + 1), problems);
            urlsByName
                    .computeIfAbsent(part.substring(0, equals), unused -> new ArrayList<>())
                    .add(part.substring(equals + 1));
        }
        List<ClusterMember> members = new ArrayList<>();
        urlsByName.forEach((name, urls) -> members.add(ClusterMember.of(name, urls, token)));
        long distinct = members.stream().map(ClusterMember::id).distinct().count();
        if (distinct != members.size()) {
            problems.add("--initial-cluster gives the same peer URL to several members");
        }
        return members;
    }

    private static List<String> split(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
