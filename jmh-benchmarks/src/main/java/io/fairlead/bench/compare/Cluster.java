package io.fairlead.bench.compare;

import io.fairlead.bench.report.ResultFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The members of one group, all on this machine; gone with their data when closed. */
final class Cluster implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long POLL_MILLIS = 20;

    private final Product product;
    private final Path directory;
    private final List<Member> members = new ArrayList<>();

    /** Starts members and waits until one of them leads. */
    Cluster(Product product, Path directory, int size) throws IOException, InterruptedException {
        this.product = product;
        this.directory = directory;
        try {
            for (int i = 0; i < size; i++) {
                members.add(product.start(directory.resolve("m" + i), i, size));
            }
            awaitLeader();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Waits for a leader and gives it. */
    Member awaitLeader() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline) {
            for (Member member : members) {
                if (member.isRunning() && product.isLeader(member)) {
                    return member;
                }
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new IOException(product.name() + " has no leader; its last words: " + lastWords());
    }

    private String lastWords() throws IOException {
        StringBuilder words = new StringBuilder();
        for (Member member : members) {
            List<String> lines = Files.exists(member.log()) ? Files.readAllLines(member.log()) : List.of();
            words.append(System.lineSeparator())
                    .append(String.join(
                            System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 5), lines.size())));
        }
        return words.toString();
    }

    List<Member> members() {
        return members;
    }

    List<Long> pids() {
        return members.stream().filter(Member::isRunning).map(Member::pid).toList();
    }

    List<InetSocketAddress> endpoints() {
        return members.stream().map(Member::client).toList();
    }

    @Override
    public void close() throws IOException {
        members.forEach(Member::kill);
        ResultFiles.deleteAll(directory);
    }
}
