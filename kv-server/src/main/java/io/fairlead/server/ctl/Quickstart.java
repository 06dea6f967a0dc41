package io.fairlead.server.ctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs three members on this machine until it is interrupted; with {@code --demo} shows what they can take. */
public final class Quickstart {
    private static final String USAGE = "usage: ./quickstart [--clean] [--demo]";

    private Quickstart() {}

    /** {@code HOME DATA [--clean] [--demo]}. Exits 0, or 1 with a reason. */
    public static void main(String[] arguments) {
        try {
            run(Path.of(arguments[0]), Path.of(arguments[1]), List.of(arguments).subList(2, arguments.length));
        } catch (LocalCluster.ClusterException | EtcdClient.CallFailedException | IOException e) {
            System.err.println("quickstart: " + e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(0);
    }

    private static void run(Path home, Path data, List<String> options) throws IOException, InterruptedException {
        for (String option : options) {
            if (!List.of("--clean", "--demo").contains(option)) {
                throw new LocalCluster.ClusterException("unknown option " + option + "; " + USAGE);
            }
        }
        LocalCluster cluster = new LocalCluster(home, data);
        if (options.contains("--clean")) {
            delete(data);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "stop"));
        cluster.start();
        System.out.println("three members answer, data in " + data + ":");
        for (int member = 1; member <= LocalCluster.SIZE; member++) {
            System.out.println("  n" + member + "  " + LocalCluster.clientUrl(member));
        }
        if (options.contains("--demo")) {
            new Demo(cluster, System.out).run();
            return;
        }
        System.out.println("""

                try, in another terminal:
                  export ETCDCTL_API=3 ETCDCTL_ENDPOINTS=127.0.0.1:2379,127.0.0.1:22379,127.0.0.1:32379
                  etcdctl put greeting 'hello, fleet'
                  etcdctl get greeting
                  etcdctl endpoint status -w table

                Ctrl-C stops all three.""");
        @Nullable String reported = null;
        CountDownLatch forever = new CountDownLatch(1);
        while (!forever.await(500, TimeUnit.MILLISECONDS)) {
            @Nullable String failure = cluster.check();
            if (failure != null && !failure.equals(reported)) {
                System.err.println("quickstart: " + failure);
            }
            reported = failure;
        }
    }

    private static void delete(Path data) throws IOException {
        if (!Files.exists(data)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
