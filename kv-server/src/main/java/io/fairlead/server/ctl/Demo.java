package io.fairlead.server.ctl;

import io.fairlead.kv.proto.HashKVResponse;
import io.fairlead.kv.proto.StatusResponse;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A tour: writes, reads everywhere, the leader's sudden end, and nothing lost. */
final class Demo {
    private static final int WRITES = 1000;
    private static final String PREFIX = "/demo/";

    private final LocalCluster cluster;
    private final PrintStream out;
    private final Map<String, String> acknowledged = new HashMap<>();

    Demo(LocalCluster cluster, PrintStream out) {
        this.cluster = cluster;
        this.out = out;
    }

    void run() {
        write(1, 0, WRITES);
        out.printf("wrote %d keys through member n1, each on the disks of a majority%n", WRITES);
        for (int member = 1; member <= LocalCluster.SIZE; member++) {
            checkEverything(member);
            out.printf("member n%d: a linearizable read finds all %d%n", member, acknowledged.size());
        }

        int leader = leader();
        int survivor = leader % LocalCluster.SIZE + 1;
        try (EtcdClient client = new EtcdClient(LocalCluster.clientPort(survivor), 5000)) {
            client.put(PREFIX + "warm", "up");
            acknowledged.put(PREFIX + "warm", "up");
            cluster.kill(leader);
            long killed = System.nanoTime();
            out.printf("killed the leader, n%d, with SIGKILL%n", leader);
            client.put(PREFIX + "after", "the kill");
            acknowledged.put(PREFIX + "after", "the kill");
            out.printf(
                    "the next write, through n%d, went through after %d ms%n",
                    survivor, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed));
        }
        write(survivor, WRITES, WRITES);
        checkEverything(survivor);
        out.printf("nothing is lost: n%d has all %d keys; n%d leads now%n", survivor, acknowledged.size(), leader());

        cluster.startMember(leader);
        cluster.awaitAnswer(leader);
        checkEverything(leader);
        compareAll();
        out.printf("n%d is back and has caught up; all members have the same revision and the same hash%n", leader);
    }

    private void write(int member, int from, int count) {
        try (EtcdClient client = new EtcdClient(LocalCluster.clientPort(member), 5000)) {
            for (int i = from; i < from + count; i++) {
                String key = PREFIX + String.format("%06d", i);
                client.put(key, "value " + i);
                acknowledged.put(key, "value " + i);
            }
        }
    }

    private void checkEverything(int member) {
        try (EtcdClient client = new EtcdClient(LocalCluster.clientPort(member), 10_000)) {
            Map<String, String> found = new HashMap<>();
            client.getPrefix(PREFIX)
                    .getKvsList()
                    .forEach(kv ->
                            found.put(kv.getKey().toStringUtf8(), kv.getValue().toStringUtf8()));
            acknowledged.forEach((key, value) -> {
                if (!value.equals(found.get(key))) {
                    throw new LocalCluster.ClusterException("member n" + member + " has lost the acknowledged write "
                            + key + ": expected '" + value + "', found '" + found.get(key) + "'");
                }
            });
        }
    }

    private int leader() {
        for (int member = 1; member <= LocalCluster.SIZE; member++) {
            if (cluster.process(member).isAlive()) {
                try (EtcdClient client = new EtcdClient(LocalCluster.clientPort(member), 5000)) {
                    StatusResponse status = client.status();
                    if (status.getLeader() == status.getHeader().getMemberId()) {
                        return member;
                    }
                }
            }
        }
        throw new LocalCluster.ClusterException("no member says that it leads");
    }

    private void compareAll() {
        long revision = 0;
        int hash = 0;
        for (int member = 1; member <= LocalCluster.SIZE; member++) {
            try (EtcdClient client = new EtcdClient(LocalCluster.clientPort(member), 10_000)) {
                if (member == 1) {
                    revision = client.getPrefix(PREFIX).getHeader().getRevision();
                }
                HashKVResponse answer = client.hashKv(revision);
                if (member > 1 && answer.getHash() != hash) {
                    throw new LocalCluster.ClusterException(
                            "members n1 and n" + member + " have different contents at revision " + revision);
                }
                hash = answer.getHash();
            }
        }
    }
}
