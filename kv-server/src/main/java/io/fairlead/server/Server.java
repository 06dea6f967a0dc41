package io.fairlead.server;

import io.fairlead.kv.KvOptions;
import io.fairlead.kv.KvResult;
import io.fairlead.kv.KvStateMachine;
import io.fairlead.kv.rocks.StorageException;
import io.fairlead.raft.DisasterRecovery;
import io.fairlead.raft.Membership;
import io.fairlead.raft.RaftConfig;
import io.fairlead.raft.RaftException;
import io.fairlead.raft.RaftGroup;
import io.fairlead.raft.RaftNode;
import io.fairlead.raft.message.Member;
import io.fairlead.raft.netty.NettyTransport;
import io.fairlead.raft.netty.NettyTransportConfig;
import io.fairlead.raft.spi.Metrics;
import io.fairlead.server.etcd.ClusterService;
import io.fairlead.server.etcd.GrpcDoor;
import io.fairlead.server.etcd.Identity;
import io.fairlead.server.etcd.KvService;
import io.fairlead.server.etcd.MaintenanceService;
import io.fairlead.server.http.HttpDoor;
import io.fairlead.server.http.RaftMetrics;
import io.fairlead.server.http.StoreMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One member of a cluster: starts its parts in order, and stops them in reverse. */
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final long KV_GROUP = 1;
    private static final long MEMBERS_GROUP = 2;
    private static final long LEAST_FREE_BYTES = 256L << 20;
    /** Room for what surrounds a client's request, as etcd leaves it. */
    private static final int OVERHEAD_BYTES = 512 * 1024;

    private final ServerConfig config;
    private final RaftNode node;
    private final RaftGroup<KvResult> group;
    private final RaftGroup<Boolean> membersGroup;
    private final MemberDirectory directory;
    private final FrontEnd frontEnd;

    private Server(
            ServerConfig config,
            RaftNode node,
            RaftGroup<KvResult> group,
            RaftGroup<Boolean> membersGroup,
            MemberDirectory directory,
            FrontEnd frontEnd) {
        this.config = config;
        this.node = node;
        this.group = group;
        this.membersGroup = membersGroup;
        this.directory = directory;
        this.frontEnd = frontEnd;
    }

    /**
     * Starts a member; returns when clients are served.
     *
     * @throws StartException if it cannot be started; the message says why and what to do
     */
    public static Server start(ServerConfig options) {
        prepareDirectory(options.dataDirectory());
        RaftNode node = null;
        try {
            ServerConfig config = inItsCluster(options);
            PrometheusRegistry registry = new PrometheusRegistry();
            JvmMetrics.builder().register(registry);
            node = openNode(config, new RaftMetrics(registry, KV_GROUP));
            Membership membership = membership(config);
            KvStateMachine machine = KvStateMachine.open(config.dataDirectory().resolve("kv"), KvOptions.defaults());
            RaftGroup<KvResult> group = node.openGroup(KV_GROUP, membership, machine);
            MemberDirectory directory = new MemberDirectory();
            RaftGroup<Boolean> membersGroup = node.openGroup(MEMBERS_GROUP, membership, directory);
            node.start();

            Identity identity = new Identity(config.clusterId(), config.self().id(), group);
            GrpcDoor grpc = new GrpcDoor(
                    config.maxRequestBytes() + OVERHEAD_BYTES,
                    () -> group.status().leader() != 0);
            new KvService(
                            group,
                            machine.store(),
                            identity,
                            Clock.systemUTC(),
                            config.maxRequestBytes(),
                            config.maxTxnOps())
                    .addTo(grpc);
            new ClusterService(group, identity, () -> members(group, directory)).addTo(grpc);
            new MaintenanceService(group, machine.store(), identity).addTo(grpc);
            StoreMetrics.register(registry, machine.store());
            HttpDoor http = new HttpDoor(group, registry);
            FrontEnd frontEnd = FrontEnd.open(config, grpc, http);

            Server server = new Server(config, node, group, membersGroup, directory, frontEnd);
            server.publishOnce();
            LOG.info(
                    "ready to serve client requests: name={} member={} cluster={} clients={} peers={} data={}",
                    config.name(),
                    Long.toHexString(config.self().id()),
                    Long.toHexString(config.clusterId()),
                    config.advertiseClientUrls(),
                    config.self().peerUrls(),
                    config.dataDirectory());
            return server;
        } catch (IOException | UncheckedIOException | RaftException e) {
            closeQuietly(node);
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (StorageException e) {
            closeQuietly(node);
            throw new StartException(
                    "the store cannot be opened: " + e.getMessage()
                            + ": restore the data directory from a backup, or remove this member from the cluster and"
                            + " add it again with an empty directory",
                    e);
        } catch (StartException e) {
            closeQuietly(node);
            throw e;
        }
    }

    /** A directory that was recovered from a disaster knows better than the options which cluster it belongs to. */
    private static ServerConfig inItsCluster(ServerConfig options) throws IOException {
        OptionalLong recovered = DisasterRecovery.recoveredCluster(options.dataDirectory());
        recovered.ifPresent(cluster -> LOG.info(
                "the data directory was recovered from a disaster: cluster={} formerly={}",
                Long.toHexString(cluster),
                Long.toHexString(options.clusterId())));
        return options.inCluster(recovered.orElse(options.clusterId()));
    }

    private static void closeQuietly(@org.jspecify.annotations.Nullable RaftNode node) {
        if (node != null) {
            node.close();
        }
    }

    private static void prepareDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
            FileStore files = Files.getFileStore(directory);
            if (files.getUsableSpace() < LEAST_FREE_BYTES) {
                throw new StartException("only " + (files.getUsableSpace() >> 20) + " MiB are free for " + directory
                        + ", at least " + (LEAST_FREE_BYTES >> 20) + " MiB are needed: make room, or choose another"
                        + " --data-dir");
            }
        } catch (IOException e) {
            throw new StartException("the data directory " + directory + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static RaftNode openNode(ServerConfig config, Metrics metrics) {
        NettyTransportConfig network = NettyTransportConfig.builder(
                        config.clusterId(),
                        config.self().id(),
                        config.listenPeer().host() + ":" + config.listenPeer().port())
                .build();
        return RaftNode.builder()
                .clusterId(config.clusterId())
                .memberId(config.self().id())
                .dataDirectory(config.dataDirectory())
                .transport(new NettyTransport(network))
                .config(RaftConfig.builder()
                        .heartbeatInterval(config.heartbeatInterval())
                        .electionTimeout(config.electionTimeout())
                        .build())
                .loops(1)
                .metrics(metrics)
                .build();
    }

    private static Membership membership(ServerConfig config) {
        List<Member> voters = config.joining()
                ? List.of()
                : config.members().stream()
                        .map(member ->
                                Member.of(member.id(), member.peerUrls().get(0).replaceFirst("^http://", "")))
                        .toList();
        return new Membership(voters, List.of());
    }

    /** Who is a member, ordered by id as etcd orders them. */
    private static List<io.fairlead.kv.proto.Member> members(RaftGroup<?> group, MemberDirectory directory) {
        return group.configuration().members().stream()
                .map(member -> io.fairlead.kv.proto.Member.newBuilder()
                        .setID(member.id())
                        .setName(directory.of(member.id()).name())
                        .addPeerURLs("http://" + member.address())
                        .addAllClientURLs(directory.of(member.id()).clientUrls())
                        .setIsLearner(group.configuration().learners().contains(member.id()))
                        .build())
                .sorted(Comparator.comparing(io.fairlead.kv.proto.Member::getID, Long::compareUnsigned))
                .toList();
    }

    /** Tells the others this member's name and client URLs, until they know. */
    private void publishOnce() {
        MemberDirectory.Attributes own = new MemberDirectory.Attributes(config.name(), config.advertiseClientUrls());
        if (own.equals(directory.of(config.self().id()))) {
            return;
        }
        membersGroup.propose(MemberDirectory.publish(config.self().id(), own)).whenComplete((changed, failure) -> {
            if (failure != null && !membersGroup.stopped().isDone()) {
                publishOnce();
            }
        });
    }

    /** Calls {@code action} when this member cannot go on. */
    public void onFailure(Consumer<Throwable> action) {
        for (CompletionStage<Void> stopped : List.of(group.stopped(), membersGroup.stopped())) {
            stopped.whenComplete((none, failure) -> {
                if (failure != null) {
                    action.accept(failure);
                }
            });
        }
    }

    /** Hands leadership over, lets calls end, and stops everything. */
    @Override
    public void close() {
        LOG.info("stopping: name={}", config.name());
        membersGroup.close();
        group.close();
        frontEnd.close();
        node.close();
        LOG.info("stopped: name={}", config.name());
    }
}
