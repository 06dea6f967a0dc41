package io.fairlead.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.raft.message.Configuration;
import io.fairlead.raft.message.EntryId;
import io.fairlead.raft.message.FetchSnapshotChunk;
import io.fairlead.raft.message.InstallSnapshotReply;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.message.SnapshotChunk;
import io.fairlead.raft.message.SnapshotMeta;
import io.fairlead.raft.spi.SnapshotStore;
import io.fairlead.raft.spi.Transport;
import io.fairlead.raft.storage.SnapshotDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots on their way from one member to another (rule S8), on virtual time and real directories in memory. */
class SnapshotTransferTest {
    private static final long GROUP = 1;
    private static final long SENDER = 1;
    private static final long RECEIVER = 2;
    private static final long ELECTION_TIMEOUT = TimeUnit.MILLISECONDS.toNanos(150);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long UNLIMITED = Long.MAX_VALUE;
    private static final int BYTES = 10 << 20;

    private final VirtualWorker worker = new VirtualWorker();
    private final MemoryDisk senderDisk = new MemoryDisk();
    private final MemoryDisk receiverDisk = new MemoryDisk();
    private final List<SnapshotMeta> received = new ArrayList<>();
    private final List<SnapshotMeta> failed = new ArrayList<>();
    private final Wire wire = new Wire();
    private SnapshotMeta snapshot;
    private SnapshotSender sender;
    private SnapshotFetcher fetcher;
    private SnapshotStore receivedStore;

    /** Carries messages with a delay, and counts. */
    private final class Wire implements Transport {
        long delayNanos = TimeUnit.MILLISECONDS.toNanos(1);
        long bytesPerSecond = UNLIMITED;
        boolean broken;
        long stopsAfterBytes = Long.MAX_VALUE;
        UnaryOperator<SnapshotChunk> onChunk = chunk -> chunk;
        long carriedBytes;
        long mostUnderWay;
        long signsOfLife;
        private long underWay;
        private long free;

        @Override
        public void send(long groupId, RaftMessage message) {
            if (message instanceof InstallSnapshotReply) {
                signsOfLife++;
            } else if (message instanceof FetchSnapshotChunk request && !broken) {
                underWay += request.maxBytes();
                mostUnderWay = Math.max(mostUnderWay, underWay);
                worker.schedule(delayNanos, () -> sender.onFetch(request));
            } else if (message instanceof SnapshotChunk chunk && !broken) {
                carry(chunk);
            }
        }

        private void carry(SnapshotChunk chunk) {
            int bytes = chunk.data().remaining();
            carriedBytes += bytes;
            broken = carriedBytes >= stopsAfterBytes;
            free = Math.max(free, worker.nanoTime()) + (long) ((double) bytes / bytesPerSecond * SECOND);
            SnapshotChunk arriving = onChunk.apply(chunk);
            worker.schedule(free - worker.nanoTime() + delayNanos, () -> {
                underWay -= bytes;
                fetcher.onChunk(arriving);
            });
        }

        void mend() {
            broken = false;
            stopsAfterBytes = Long.MAX_VALUE;
            carriedBytes = 0;
            underWay = 0;
        }

        @Override
        public void start(Receiver receiver) {}

        @Override
        public void addPeer(long memberId, String address) {}

        @Override
        public void removePeer(long memberId) {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void twoMembers() throws IOException {
        snapshot = take(7, 100, BYTES);
        startSender(UNLIMITED);
        startReceiver(UNLIMITED);
    }

    private SnapshotMeta take(long id, long index, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(id).nextBytes(content);
        SnapshotMeta draft = new SnapshotMeta(id, new EntryId(3, index), Configuration.empty(), 0, 0, 0);
        try (SnapshotStore store = SnapshotDirectory.open(senderDisk, "snapshot");
                SnapshotStore.Draft taken = store.create(draft)) {
            OutputStream stream = taken.stream();
            stream.write(content);
            return taken.publish();
        }
    }

    private void startSender(long bytesPerSecond) throws IOException {
        sender = new SnapshotSender(
                GROUP,
                SnapshotDirectory.open(senderDisk, "snapshot"),
                wire,
                worker,
                new Throttle(bytesPerSecond, worker),
                worker);
    }

    private void startReceiver(long bytesPerSecond) throws IOException {
        receivedStore = SnapshotDirectory.open(receiverDisk, "snapshot");
        SnapshotFetcher.Reports reports = new SnapshotFetcher.Reports() {
            @Override
            public void received(SnapshotMeta done) {
                received.add(done);
                fetcher.finish(done.id());
            }

            @Override
            public void failed(SnapshotMeta given) {
                failed.add(given);
            }
        };
        fetcher = new SnapshotFetcher(
                GROUP,
                RECEIVER,
                receivedStore,
                wire,
                worker,
                new Throttle(bytesPerSecond, worker),
                ELECTION_TIMEOUT,
                reports);
    }

    private void offer() {
        fetcher.start(SENDER, snapshot, 3);
    }

    private void isHereWhole() throws IOException {
        assertThat(received).containsExactly(snapshot);
        assertThat(failed).isEmpty();
        assertThat(receivedStore.latest()).contains(snapshot);
        try (InputStream there = SnapshotDirectory.open(senderDisk, "snapshot").open(snapshot);
                InputStream here = receivedStore.open(snapshot)) {
            assertThat(here.readAllBytes()).isEqualTo(there.readAllBytes());
        }
        assertThat(receiverDisk.list("snapshot")).hasSize(2).noneMatch(name -> name.endsWith(".part"));
    }

    /** The line breaks when nine tenths have been carried. */
    private void fetchNineTenths() {
        wire.stopsAfterBytes = BYTES / 10 * 9;
        offer();
        worker.pass(3 * ELECTION_TIMEOUT);
        assertThat(received).isEmpty();
        assertThat(wire.carriedBytes).isGreaterThanOrEqualTo(BYTES / 10 * 9);
    }

    private void onlyTheRestIsFetched(int notNoted) throws IOException {
        isHereWhole();
        int lostOnTheWay = SnapshotFetcher.OUTSTANDING_CHUNKS * SnapshotSender.MAX_CHUNK_BYTES;
        assertThat(wire.carriedBytes).isLessThanOrEqualTo(BYTES / 10 + lostOnTheWay + notNoted);
    }

    @Test
    void it_comes_in_chunks_and_few_of_them_are_under_way_at_once() throws IOException {
        offer();
        worker.pass(SECOND);
        isHereWhole();
        assertThat(wire.carriedBytes).isEqualTo(BYTES);
        assertThat(wire.mostUnderWay)
                .isLessThanOrEqualTo((long) SnapshotFetcher.OUTSTANDING_CHUNKS * SnapshotSender.MAX_CHUNK_BYTES);
        assertThat(wire.signsOfLife).isPositive();
    }

    @Test
    void after_a_broken_connection_only_the_rest_is_fetched() throws IOException {
        fetchNineTenths();
        wire.mend();
        worker.pass(SECOND);
        onlyTheRestIsFetched(0);
    }

    @Test
    void after_a_long_break_and_a_new_offer_only_the_rest_is_fetched() throws IOException {
        fetchNineTenths();
        worker.pass(3600 * SECOND);
        assertThat(failed).as("nobody waits for ever").containsExactly(snapshot);
        failed.clear();
        wire.mend();
        offer();
        worker.pass(SECOND);
        onlyTheRestIsFetched(4 << 20);
    }

    @Test
    void after_a_restart_of_the_receiver_only_the_rest_is_fetched() throws IOException {
        fetchNineTenths();
        worker.close();
        startReceiver(UNLIMITED);
        wire.mend();
        offer();
        worker.pass(SECOND);
        onlyTheRestIsFetched(4 << 20);
    }

    @Test
    void after_a_restart_of_the_sender_only_the_rest_is_fetched() throws IOException {
        fetchNineTenths();
        startSender(UNLIMITED);
        wire.mend();
        worker.pass(SECOND);
        onlyTheRestIsFetched(0);
    }

    @Test
    void a_newer_snapshot_is_fetched_from_its_beginning_and_nothing_of_the_older_stays() throws IOException {
        fetchNineTenths();
        worker.close();
        snapshot = take(8, 200, BYTES / 2);
        startSender(UNLIMITED);
        startReceiver(UNLIMITED);
        wire.mend();
        offer();
        worker.pass(SECOND);
        isHereWhole();
        assertThat(wire.carriedBytes).isEqualTo(BYTES / 2);
    }

    @Test
    void a_damaged_chunk_is_fetched_again_and_at_once() throws IOException {
        long[] count = {0};
        wire.onChunk = chunk -> ++count[0] % 7 == 0 ? damaged(chunk) : chunk;
        offer();
        worker.pass(3 * ELECTION_TIMEOUT); // Less than a silence.
        isHereWhole();
        assertThat(wire.carriedBytes).isGreaterThan(BYTES);
    }

    private static SnapshotChunk damaged(SnapshotChunk chunk) {
        ByteBuffer copy = ByteBuffer.allocate(chunk.data().remaining());
        copy.put(chunk.data().duplicate()).flip();
        copy.put(copy.limit() / 2, (byte) (copy.get(copy.limit() / 2) ^ 1));
        return new SnapshotChunk(chunk.from(), chunk.to(), chunk.snapshotId(), chunk.offset(), copy, chunk.crc32c());
    }

    @Test
    void when_nothing_but_damage_comes_the_attempt_ends() {
        wire.onChunk = SnapshotTransferTest::damaged;
        offer();
        worker.pass(60 * SECOND);
        assertThat(failed).containsExactly(snapshot);
        assertThat(wire.carriedBytes).isLessThan(2L * BYTES);
    }

    @Test
    void bytes_that_rot_on_the_receivers_disk_are_noticed_and_fetched_again() throws IOException {
        fetchNineTenths();
        restartWithRot();
        isHereWhole();
        assertThat(wire.carriedBytes).isEqualTo(BYTES);
    }

    @Test
    void what_rots_before_anything_was_noted_is_fetched_again() throws IOException {
        wire.stopsAfterBytes = BYTES / 4;
        offer();
        worker.pass(3 * ELECTION_TIMEOUT);
        restartWithRot();
        isHereWhole();
    }

    private void restartWithRot() throws IOException {
        worker.close();
        String part = receiverDisk.list("snapshot").stream()
                .filter(name -> name.matches("[0-9a-f]+\\.part"))
                .findFirst()
                .orElseThrow();
        receiverDisk.open("snapshot/" + part, false).write(ByteBuffer.wrap(new byte[64]), 1000);
        startReceiver(UNLIMITED);
        wire.mend();
        offer();
        worker.pass(SECOND);
    }

    @Test
    void however_long_it_takes_a_transfer_that_moves_is_never_given_up() throws IOException {
        wire.bytesPerSecond = 10_000; // A chunk of the usual size takes 26 s, and a silence is 0.6 s.
        offer();
        worker.pass(2 * BYTES / wire.bytesPerSecond * SECOND);
        isHereWhole();
        assertThat(wire.carriedBytes).as("little is sent twice").isLessThan(BYTES * 11L / 10);
    }

    @Test
    void one_that_does_not_move_is_given_up() {
        wire.broken = true;
        offer();
        worker.pass(10 * SECOND);
        assertThat(failed).isEmpty();
        worker.pass(10 * SECOND);
        assertThat(failed).containsExactly(snapshot);
    }

    @Test
    void the_receiver_takes_no_more_than_it_is_allowed() throws IOException {
        startReceiver(1 << 20);
        isThrottledTo(1 << 20);
    }

    @Test
    void the_sender_gives_no_more_than_it_is_allowed_and_nothing_twice() throws IOException {
        startSender(1 << 20);
        isThrottledTo(1 << 20);
        assertThat(wire.carriedBytes).isEqualTo(BYTES);
    }

    @Test
    void what_waits_for_its_turn_is_not_given_twice_to_whoever_is_impatient() throws IOException {
        startSender(1000);
        List<Long> given = new ArrayList<>();
        wire.onChunk = chunk -> {
            given.add(chunk.offset());
            return chunk;
        };
        for (long offset : new long[] {0, 1000, 1000, 1000}) {
            sender.onFetch(new FetchSnapshotChunk(RECEIVER, SENDER, snapshot.id(), offset, 1000));
        }
        worker.pass(10 * SECOND);
        assertThat(given).containsExactly(0L, 1000L);
    }

    private void isThrottledTo(long bytesPerSecond) throws IOException {
        offer();
        for (int second = 1; second < BYTES / bytesPerSecond; second++) {
            worker.pass(SECOND);
            assertThat(wire.carriedBytes)
                    .as("after %d s", second)
                    .isBetween(
                            (second - 1) * bytesPerSecond,
                            second * bytesPerSecond + 2L * SnapshotSender.MAX_CHUNK_BYTES);
        }
        assertThat(received).isEmpty();
        worker.pass(2 * SECOND);
        isHereWhole();
    }

    @Test
    void what_was_being_taken_or_fetched_leaves_nothing_behind() throws IOException {
        try (SnapshotStore store = SnapshotDirectory.open(senderDisk, "snapshot")) {
            SnapshotMeta draft = new SnapshotMeta(9, new EntryId(3, 300), Configuration.empty(), 0, 0, 0);
            try (SnapshotStore.Draft taken = store.create(draft)) {
                taken.stream().write(new byte[1 << 20]);
            }
            assertThat(senderDisk.list("snapshot")).hasSize(2);
            SnapshotStore.Draft left = store.create(draft); // And here the process dies.
            left.stream().write(new byte[1 << 20]);
            assertThat(senderDisk.list("snapshot")).hasSize(3);
        }
        try (SnapshotStore store = SnapshotDirectory.open(senderDisk, "snapshot")) {
            assertThat(senderDisk.list("snapshot")).hasSize(2);
            assertThat(store.latest()).contains(snapshot);
        }
    }
}
