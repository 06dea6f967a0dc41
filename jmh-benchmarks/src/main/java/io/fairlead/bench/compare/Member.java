package io.fairlead.bench.compare;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One server process of ours. */
final class Member {
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path directory;
    private final InetSocketAddress client;
    private Process process;

    /**
     * Starts a server.
     *
     * @param directory where its output goes; also its working directory
     * @param client where clients reach it
     */
    Member(List<String> command, Map<String, String> environment, Path directory, InetSocketAddress client)
            throws IOException {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.directory = directory;
        this.client = client;
        this.process = launch();
    }

    private Process launch() throws IOException {
        Files.createDirectories(directory);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("output.log").toFile()));
        builder.environment().putAll(environment);
        Process started = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly, "stop-" + started.pid()));
        return started;
    }

    InetSocketAddress client() {
        return client;
    }

    long pid() {
        return process.pid();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Where its output went, for messages. */
    Path log() {
        return directory.resolve("output.log");
    }

    /** As a power cut would: SIGKILL. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts it again after it was killed or stopped. */
    void restart() throws IOException {
        process = launch();
    }

    /** SIGTERM, and SIGKILL if that does not help. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
