package io.fairlead.bench.peers.aeron;

import io.aeron.CommonContext;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusteredMediaDriver;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.fairlead.bench.embedded.EmbeddedGroup;
import io.fairlead.bench.peers.Await;
import io.fairlead.bench.peers.Ports;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Three members of Aeron Cluster, each with its media driver and archive. All agents of a member's driver and of its
 * archive share a thread each, as there are far fewer cores than agents.
 */
public final class AeronGroup implements EmbeddedGroup {
    private static final int MEMBERS = 3;
    private static final int PORTS = 5;
    private static final int SYNC_DATA = 1;
    private static final int NO_SYNC = 0;

    private final List<ClusteredMediaDriver> drivers = new ArrayList<>();
    private final List<ClusteredServiceContainer> containers = new ArrayList<>();
    private final List<CountingService> services = new ArrayList<>();
    private @Nullable AeronClient client;

    @Override
    public boolean supports(Variant variant) {
        return variant == Variant.DURABLE || variant == Variant.DEFAULTS;
    }

    @Override
    public String describe(Variant variant) {
        return "Aeron Cluster 1.51.0, UDP over loopback, shared threads, file-sync-level " + syncLevel(variant)
                + (variant == Variant.DEFAULTS ? " (its default: not durable)" : "");
    }

    private static int syncLevel(Variant variant) {
        return variant == Variant.DURABLE ? SYNC_DATA : NO_SYNC;
    }

    @Override
    public void start(Variant variant, Path directory) throws IOException, InterruptedException, TimeoutException {
        int[] ports = Ports.free(MEMBERS * PORTS);
        StringBuilder members = new StringBuilder();
        StringBuilder ingress = new StringBuilder();
        for (int i = 0; i < MEMBERS; i++) {
            members.append(i);
            for (int p = 0; p < PORTS; p++) {
                members.append(",127.0.0.1:").append(ports[i * PORTS + p]);
            }
            members.append('|');
            ingress.append(i == 0 ? "" : ",").append(i).append("=127.0.0.1:").append(ports[i * PORTS]);
        }
        String firstDriver = "";
        for (int i = 0; i < MEMBERS; i++) {
            String name = CommonContext.generateRandomDirName();
            firstDriver = i == 0 ? name : firstDriver;
            launch(i, members.toString(), name, directory.resolve("m" + i).toFile(), ports, syncLevel(variant));
        }
        AeronClient talker = new AeronClient(new AeronCluster.Context()
                .aeronDirectoryName(firstDriver)
                .ingressChannel("aeron:udp")
                .ingressEndpoints(ingress.toString())
                .egressChannel("aeron:udp?endpoint=127.0.0.1:0"));
        client = talker;
        Await.leader(1, i -> talker.isConnected());
    }

    private void launch(int number, String members, String driver, File home, int[] ports, int syncLevel) {
        String archivePort = "127.0.0.1:" + ports[number * PORTS + PORTS - 1];
        AeronArchive.Context archiveClient = new AeronArchive.Context()
                .aeronDirectoryName(driver)
                .controlRequestChannel("aeron:ipc")
                .controlResponseChannel("aeron:ipc");
        drivers.add(ClusteredMediaDriver.launch(
                new MediaDriver.Context()
                        .aeronDirectoryName(driver)
                        .threadingMode(ThreadingMode.SHARED)
                        .termBufferSparseFile(true)
                        .dirDeleteOnStart(true)
                        .dirDeleteOnShutdown(true),
                new Archive.Context()
                        .aeronDirectoryName(driver)
                        .archiveDir(new File(home, "archive"))
                        .controlChannel("aeron:udp?endpoint=" + archivePort)
                        .replicationChannel("aeron:udp?endpoint=127.0.0.1:0")
                        .localControlChannel("aeron:ipc")
                        .recordingEventsEnabled(false)
                        .threadingMode(ArchiveThreadingMode.SHARED)
                        .fileSyncLevel(syncLevel)
                        .catalogFileSyncLevel(syncLevel),
                new ConsensusModule.Context()
                        .aeronDirectoryName(driver)
                        .clusterMemberId(number)
                        .clusterMembers(members)
                        .clusterDir(new File(home, "cluster"))
                        .ingressChannel("aeron:udp")
                        .replicationChannel("aeron:udp?endpoint=127.0.0.1:0")
                        .fileSyncLevel(syncLevel)
                        .archiveContext(archiveClient.clone())));
        CountingService service = new CountingService();
        services.add(service);
        containers.add(ClusteredServiceContainer.launch(new ClusteredServiceContainer.Context()
                .aeronDirectoryName(driver)
                .archiveContext(archiveClient.clone())
                .clusterDir(new File(home, "cluster"))
                .clusteredService(service)));
    }

    @Override
    public void propose(byte[] command, Done done) {
        if (client != null) {
            client.propose(command, done);
        }
    }

    @Override
    public long[] applied() {
        return services.stream().mapToLong(service -> service.count).toArray();
    }

    @Override
    public void stop() {
        if (client != null) {
            client.close();
        }
        containers.forEach(ClusteredServiceContainer::close);
        drivers.forEach(ClusteredMediaDriver::close);
    }
}
