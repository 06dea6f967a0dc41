package io.fairlead.bench.compare;

import io.fairlead.bench.net.EventLoops;
import io.fairlead.bench.report.Conditions;
import io.fairlead.bench.report.ResultFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench compare}. */
@Command(
        name = "compare",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Runs members of Fairlead and of peers in turn under the same load, on the same disk.")
public final class CompareCommand implements Callable<Integer> {
    private static final String FAIRLEAD = "fairlead";

    @Option(
            names = "--peer",
            split = ",",
            paramLabel = "PEER",
            defaultValue = "etcd",
            description = "etcd, zookeeper, or both (default: ${DEFAULT-VALUE}).")
    private List<String> peers = new ArrayList<>();

    @Option(names = "--only-peers", description = "Leave Fairlead out.")
    private boolean onlyPeers;

    @Option(
            names = "--fairlead",
            paramLabel = "DIRECTORY",
            description = "The distribution (default: kv-server/target/fairlead-kv-server).")
    private @Nullable Path fairlead;

    @Option(names = "--fairlead-flags", split = " ", description = "Further flags for Fairlead's members.")
    private List<String> fairleadFlags = new ArrayList<>();

    @Option(names = "--etcd-flags", split = " ", description = "Further flags for etcd's members.")
    private List<String> etcdFlags = new ArrayList<>();

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "How often each takes its turn (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--cases", split = ",", description = "What to measure (default: everything).")
    private List<String> cases = new ArrayList<>();

    @Option(names = "--members", defaultValue = "3", description = "Members of each group (default: ${DEFAULT-VALUE}).")
    private int members;

    @Option(names = "--val-size", defaultValue = "256", description = "Bytes of a value (default: ${DEFAULT-VALUE}).")
    private int valueBytes;

    @Option(names = "--key-space", defaultValue = "10000", description = "Different keys (default: ${DEFAULT-VALUE}).")
    private long keySpace;

    @Option(
            names = "--scale",
            defaultValue = "1",
            description = "Multiplies the number of operations (default: ${DEFAULT-VALUE}).")
    private double scale;

    @Option(
            names = "--any-member",
            description = "Spread connections over all members; by default all go to the leader.")
    private boolean anyMember;

    @Option(
            names = "--dir",
            defaultValue = "target/compare",
            description = "Where data goes, on the disk to be used (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("");

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write all numbers as JSON.")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Product> products = products();
        for (Product product : products) {
            product.check();
        }
        List<Case> chosen =
                cases.isEmpty() ? Case.all() : cases.stream().map(Case::of).toList();
        Comparison.Settings settings = new Comparison.Settings(members, valueBytes, keySpace, scale, anyMember);
        try (EventLoops loops = new EventLoops(1)) {
            Comparison comparison = new Comparison(
                    loops.group(), loops.channelType(), directory.toAbsolutePath(), settings, System.out);
            List<Outcome> outcomes = comparison.run(products, chosen, rounds);
            List<String> names = products.stream().map(Product::name).toList();
            new ComparisonTable(new Medians(outcomes), FAIRLEAD, names)
                    .print(chosen.stream().map(Case::name).toList(), System.out);
            if (out != null) {
                write(out, products, outcomes);
            }
            return 0;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private List<Product> products() {
        List<Product> products = new ArrayList<>();
        if (!onlyPeers) {
            products.add(EtcdLike.fairlead(fairlead == null ? builtDistribution() : fairlead, fairleadFlags));
        }
        for (String peer : peers) {
            switch (peer) {
                case "etcd" -> products.add(EtcdLike.etcd(etcdFlags));
                case "zookeeper" -> products.add(new ZooKeeper());
                default ->
                    throw new IllegalArgumentException("unknown peer '" + peer + "', expected etcd or zookeeper");
            }
        }
        return products;
    }

    /** Where the build puts the server, seen from where {@code bin/bench} stands. */
    static Path builtDistribution() {
        Path home = Path.of(System.getProperty("bench.home", "jmh-benchmarks"));
        return home.resolveSibling("kv-server").resolve("target").resolve("fairlead-kv-server");
    }

    private void write(Path file, List<Product> products, List<Outcome> outcomes) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "compare");
        json.put("conditions", Conditions.now());
        Map<String, Object> who = new LinkedHashMap<>();
        products.forEach(product -> who.put(product.name(), product.describe()));
        json.put("products", who);
        json.put("members", members);
        json.put("value_bytes", valueBytes);
        json.put("key_space", keySpace);
        json.put("target", anyMember ? "all members" : "leader");
        json.put("runs", outcomes.stream().map(Outcome::toJson).toList());
        ResultFiles.writeJson(file, json);
    }
}
