package io.fairlead.bench.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The libraries there are, and with which class path each of them runs. */
final class Peers {
    private static final String PACKAGE = "io.fairlead.bench.peers.";

    private final Path home;

    /** @param home the directory of the benchmark module */
    Peers(Path home) {
        this.home = home;
    }

    /**
     * A library.
     *
     * @param name its name in results
     * @param className its {@link EmbeddedGroup}
     * @param classPath what its JVM needs
     * @param flags further flags its JVM needs
     */
    record Peer(String name, String className, String classPath, List<String> flags) {}

    private static Map<String, String> classNames() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("fairlead", "io.fairlead.bench.embedded.fairlead.FairleadGroup");
        names.put("jraft", PACKAGE + "jraft.JRaftGroup");
        names.put("microraft", PACKAGE + "microraft.MicroRaftGroup");
        names.put("ratis", PACKAGE + "ratis.RatisGroup");
        names.put("aeron", PACKAGE + "aeron.AeronGroup");
        return names;
    }

    static List<String> names() {
        return List.copyOf(classNames().keySet());
    }

    /**
     * The library of this name.
     *
     * @throws IllegalArgumentException if there is none
     * @throws IOException if it has not been built, saying how
     */
    Peer find(String name) throws IOException {
        String className = classNames().get(name);
        if (className == null) {
            throw new IllegalArgumentException("unknown library '" + name + "', there are " + names());
        }
        Path own = home.resolve("target").resolve("classes");
        if (name.equals("fairlead")) {
            return new Peer(name, className, own + ":" + home.resolve("target").resolve("lib") + "/*", List.of());
        }
        Path target = home.resolve("peers").resolve("target");
        if (!Files.isDirectory(target.resolve("lib"))) {
            throw new IOException("the other libraries are not built; run"
                    + " ./mvnw -Ppeers -pl jmh-benchmarks/peers -am -DskipTests package");
        }
        String classPath = target.resolve("classes") + ":" + own + ":" + target.resolve("lib") + "/*";
        List<String> flags =
                name.equals("aeron") ? List.of("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED") : List.of();
        return new Peer(name, className, classPath, flags);
    }
}
