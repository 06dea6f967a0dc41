package io.fairlead.bench.compare;

import io.fairlead.bench.net.EventLoops;
import io.fairlead.bench.report.Conditions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final GroupOptions group = new GroupOptions();

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

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Product> products = products();
        for (Product product : products) {
            product.check();
        }
        List<Case> chosen =
                cases.isEmpty() ? Case.all() : cases.stream().map(Case::of).toList();
        Comparison.Settings settings = new Comparison.Settings(group.members(), valueBytes, keySpace, scale, anyMember);
        try (EventLoops loops = new EventLoops(1)) {
            Comparison comparison = new Comparison(
                    loops.group(), loops.channelType(), directory.toAbsolutePath(), settings, System.out);
            List<Outcome> outcomes = comparison.run(products, chosen, rounds);
            List<String> names = products.stream().map(Product::name).toList();
            new ComparisonTable(new Medians(outcomes), FAIRLEAD, names)
                    .print(chosen.stream().map(Case::name).toList(), System.out);
            group.write(numbers(products, outcomes));
            return 0;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private List<Product> products() {
        List<Product> products = new ArrayList<>();
        if (!onlyPeers) {
            products.add(EtcdLike.fairlead(group.distribution(), fairleadFlags));
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

    private Map<String, Object> numbers(List<Product> products, List<Outcome> outcomes) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "compare");
        json.put("conditions", Conditions.now());
        Map<String, Object> who = new LinkedHashMap<>();
        products.forEach(product -> who.put(product.name(), product.describe()));
        json.put("products", who);
        json.put("members", group.members());
        json.put("value_bytes", valueBytes);
        json.put("key_space", keySpace);
        json.put("target", anyMember ? "all members" : "leader");
        json.put("runs", outcomes.stream().map(Outcome::toJson).toList());
        return json;
    }
}
