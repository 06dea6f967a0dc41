package io.fairlead.kv;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.fairlead.kv.proto.CompactionRequest;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.DeleteRangeResponse;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.PutResponse;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeResponse;
import io.fairlead.kv.proto.ResponseHeader;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.proto.TxnResponse;
import io.fairlead.raft.spi.Command;
import io.fairlead.raft.spi.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A state machine with the log position that Raft would give it. */
final class TestStore implements AutoCloseable {
    static final ResponseHeader HEADER = ResponseHeader.getDefaultInstance();

    private final Path directory;
    private final KvOptions options;
    private KvStateMachine machine;
    private long index;

    TestStore(Path directory) {
        this(directory, KvOptions.defaults());
    }

    TestStore(Path directory, KvOptions options) {
        this.directory = directory;
        this.options = options;
        machine = KvStateMachine.open(directory, options);
        index = machine.durableIndex();
    }

    KvStateMachine machine() {
        return machine;
    }

    KvStore store() {
        return machine.store();
    }

    long index() {
        return index;
    }

    Command command(KvCommand.Kind kind, MessageLite request) {
        index++;
        return new Command(index, 1, KvCommand.encode(kind, KvCommand.Origin.NONE, request), true);
    }

    KvResult apply(KvCommand.Kind kind, MessageLite request) {
        return machine.apply(command(kind, request));
    }

    List<KvResult> applyAll(List<Command> commands) {
        KvResult[] results = new KvResult[commands.size()];
        List<Integer> order = new ArrayList<>();
        machine.applyAll(commands, (position, result) -> {
            results[position] = result;
            order.add(position);
        });
        if (!order.equals(order.stream().sorted().toList()) || order.size() != results.length) {
            throw new AssertionError("answered in this order: " + order);
        }
        return Arrays.asList(results);
    }

    PutResponse put(String key, String value) {
        return put(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)));
    }

    PutResponse put(PutRequest.Builder put) {
        return apply(KvCommand.Kind.PUT, put.build()).toMessage(HEADER, PutResponse.parser());
    }

    DeleteRangeResponse delete(DeleteRangeRequest.Builder delete) {
        return apply(KvCommand.Kind.DELETE_RANGE, delete.build()).toMessage(HEADER, DeleteRangeResponse.parser());
    }

    TxnResponse txn(TxnRequest.Builder txn) {
        return apply(KvCommand.Kind.TXN, txn.build()).toMessage(HEADER, TxnResponse.parser());
    }

    KvResult compact(long revision) {
        return apply(
                KvCommand.Kind.COMPACTION,
                CompactionRequest.newBuilder().setRevision(revision).build());
    }

    RangeResponse get(String key) {
        return range(RangeRequest.newBuilder().setKey(bytes(key)));
    }

    RangeResponse range(RangeRequest.Builder range) {
        return store().range(range.build()).toMessage(HEADER, RangeResponse.parser());
    }

    byte[] snapshot() throws IOException {
        try (StateMachine.Snapshot snapshot = machine.snapshot()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            snapshot.writeTo(out);
            return out.toByteArray();
        }
    }

    void restore(byte[] snapshot, long lastIncludedIndex) throws IOException {
        machine.restore(new ByteArrayInputStream(snapshot), lastIncludedIndex);
        index = lastIncludedIndex;
    }

    void reopen() {
        machine.close();
        machine = KvStateMachine.open(directory, options);
    }

    /** Loses what is only in memory. */
    void crash() {
        machine.closeWithoutFlush();
        machine = KvStateMachine.open(directory, options);
    }

    @Override
    public void close() {
        machine.close();
    }

    static ByteString bytes(String text) {
        return ByteString.copyFrom(text, StandardCharsets.ISO_8859_1);
    }
}
