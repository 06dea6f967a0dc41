package io.fairlead.bench.peers.jraft;

import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import io.fairlead.bench.embedded.EmbeddedGroup;
import io.fairlead.bench.peers.Await;
import io.fairlead.bench.peers.Ports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Three nodes of SOFAJRaft. Its defaults sync every write of the log (RocksDB), so they are its durable settings. */
public final class JRaftGroup implements EmbeddedGroup {
    private static final int MEMBERS = 3;

    private final List<RaftGroupService> services = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Counter> counters = new ArrayList<>();
    private volatile int leader;

    @Override
    public boolean supports(Variant variant) {
        return variant == Variant.DURABLE || variant == Variant.DEFAULTS;
    }

    @Override
    public String describe(Variant variant) {
        return "SOFAJRaft 1.3.15, all defaults: sync=" + new RaftOptions().isSync()
                + ", log in RocksDB, Bolt over loopback";
    }

    @Override
    public void start(Variant variant, Path directory) throws IOException, InterruptedException, TimeoutException {
        List<PeerId> peers = new ArrayList<>();
        for (int port : Ports.free(MEMBERS)) {
            peers.add(new PeerId("127.0.0.1", port));
        }
        for (int i = 0; i < MEMBERS; i++) {
            Path home = Files.createDirectories(directory.resolve("m" + i));
            Counter counter = new Counter();
            NodeOptions options = new NodeOptions();
            options.setFsm(counter);
            options.setInitialConf(new Configuration(peers));
            options.setLogUri(home.resolve("log").toString());
            options.setRaftMetaUri(home.resolve("meta").toString());
            options.setSnapshotUri(home.resolve("snapshot").toString());
            RaftGroupService service = new RaftGroupService("bench", peers.get(i), options);
            nodes.add(service.start());
            services.add(service);
            counters.add(counter);
        }
        leader = Await.leader(MEMBERS, i -> nodes.get(i).isLeader());
    }

    @Override
    public void propose(byte[] command, Done done) {
        nodes.get(leader).apply(new Task(ByteBuffer.wrap(command), status -> {
            if (status.isOk()) {
                done.applied();
            } else {
                leader = Await.orElse(leader, MEMBERS, i -> nodes.get(i).isLeader(false));
                done.failed(new IOException(status.toString()));
            }
        }));
    }

    @Override
    public long[] applied() {
        return counters.stream().mapToLong(counter -> counter.count).toArray();
    }

    @Override
    public void stop() {
        services.forEach(RaftGroupService::shutdown);
    }

    /** Counts commands. */
    private static final class Counter extends StateMachineAdapter {
        private volatile long count;

        @Override
        public void onApply(Iterator entries) {
            while (entries.hasNext()) {
                if (entries.getData() != null) {
                    count++;
                }
                if (entries.done() != null) {
                    entries.done().run(Status.OK());
                }
                entries.next();
            }
        }
    }
}
