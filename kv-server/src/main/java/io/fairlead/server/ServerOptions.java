package io.fairlead.server;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of {@code kv-server}, under etcd's names. */
@Command(
        name = "kv-server",
        description = "A replicated key-value store that speaks the etcd v3 API.",
        footer = {
            "",
            "Every option can also be given as an environment variable, FAIRLEAD_DATA_DIR for --data-dir,",
            "or in the YAML file that --config-file names, which then is the only source."
        },
        separator = " ",
        sortOptions = false)
final class ServerOptions {
    @Option(names = "--name", paramLabel = "NAME", defaultValue = "default", description = "this member's name")
    String name = "";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "",
            description = "where everything is kept (default: NAME.fairlead)")
    String dataDir = "";

    @Option(
            names = "--listen-client-urls",
            paramLabel = "URLS",
            defaultValue = "http://localhost:2379",
            description = "where clients are served")
    String listenClientUrls = "";

    @Option(
            names = "--advertise-client-urls",
            paramLabel = "URLS",
            defaultValue = "http://localhost:2379",
            description = "where clients are told to go")
    String advertiseClientUrls = "";

    @Option(
            names = "--listen-peer-urls",
            paramLabel = "URLS",
            defaultValue = "http://localhost:2380",
            description = "where peers are served")
    String listenPeerUrls = "";

    @Option(
            names = "--initial-advertise-peer-urls",
            paramLabel = "URLS",
            defaultValue = "http://localhost:2380",
            description = "where peers are told to go")
    String initialAdvertisePeerUrls = "";

    @Option(
            names = "--initial-cluster",
            paramLabel = "NAME=URL,...",
            defaultValue = "",
            description = "all initial members (default: this one alone)")
    String initialCluster = "";

    @Option(
            names = "--initial-cluster-state",
            paramLabel = "new|existing",
            defaultValue = "new",
            description = "whether to found a cluster or to join one")
    String initialClusterState = "";

    @Option(
            names = "--initial-cluster-token",
            paramLabel = "TOKEN",
            defaultValue = "etcd-cluster",
            description = "keeps clusters apart that were set up alike")
    String initialClusterToken = "";

    @Option(
            names = "--heartbeat-interval",
            paramLabel = "MS",
            defaultValue = "50",
            description = "how often an idle leader speaks, in milliseconds")
    int heartbeatIntervalMillis;

    @Option(
            names = "--election-timeout",
            paramLabel = "MS",
            defaultValue = "150",
            description = "the shortest election timeout, in milliseconds; each is drawn from one to two times this")
    int electionTimeoutMillis;

    @Option(
            names = "--max-request-bytes",
            paramLabel = "BYTES",
            defaultValue = "1572864",
            description = "largest request of a client")
    int maxRequestBytes;

    @Option(
            names = "--max-txn-ops",
            paramLabel = "N",
            defaultValue = "128",
            description = "most operations in one transaction")
    int maxTxnOps;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "debug, info, warn or error")
    String logLevel = "";

    @Option(
            names = "--config-file",
            paramLabel = "FILE",
            description = "a YAML file with these options, without dashes")
    String configFile = "";

    @Option(names = "--version", versionHelp = true, description = "print the version and exit")
    boolean version;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this and exit")
    boolean help;
}
