package io.fairlead.server;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a server and keeps it running until the process is told to stop. */
public final class Main {
    private Main() {}

    /** The entry point of {@code bin/kv-server}. Exits 0 when stopped, 1 when it cannot start, 2 on wrong options. */
    public static void main(String[] arguments) throws InterruptedException {
        ServerConfig config;
        try {
            config = Settings.read(arguments, System.getenv());
        } catch (StartException e) {
            System.err.println("kv-server: " + e.getMessage());
            System.exit(2);
            return;
        }
        if (config == null) {
            return;
        }
        Logger log = LoggerFactory.getLogger(Main.class);
        Server server;
        try {
            server = Server.start(config);
        } catch (StartException e) {
            System.err.println("kv-server: " + e.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "shutdown"));
        server.onFailure(failure -> {
            log.error("the server cannot go on and stops: {}", failure.getMessage(), failure);
            Runtime.getRuntime().halt(3);
        });
        new CountDownLatch(1).await();
    }

    /** SIGTERM is a request, not a failure: the exit code says so if everything was stopped cleanly. */
    private static void stop(Server server) {
        int exitCode = 1;
        try {
            server.close();
            exitCode = 0;
        } finally {
            Runtime.getRuntime().halt(exitCode);
        }
    }
}
