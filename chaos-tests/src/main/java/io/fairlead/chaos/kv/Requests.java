package io.fairlead.chaos.kv;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.fairlead.chaos.sim.Randomness;
import io.fairlead.kv.KvCommand;
import io.fairlead.kv.proto.CompactionRequest;
import io.fairlead.kv.proto.CompactionResponse;
import io.fairlead.kv.proto.Compare;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.DeleteRangeResponse;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.PutResponse;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.proto.TxnResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Draws what clients ask for: few keys, many of them the beginning of others, so that requests meet; every value is new.
 */
final class Requests {
    private static final int COMPACTED_BEHIND = 30;
    private static final int REQUEST_ID_OFFSET = 2;

    private final Randomness random;
    private final int keys;
    private final int maxPadding;
    private long nextValue = 1;

    Requests(Randomness random, int keys, int maxPadding) {
        this.random = random;
        this.keys = keys;
        this.maxPadding = maxPadding;
    }

    /** A change, drawn when the store is about at {@code revision}. */
    Message nextWrite(long revision) {
        int kind = random.between(0, 99);
        if (kind < 50) {
            return put(random.chance(0.1));
        }
        if (kind < 65) {
            return delete();
        }
        return kind < 96 ? txn(revision) : compaction(revision);
    }

    /** A read. */
    RangeRequest nextRead(long revision) {
        RangeRequest.Builder range = RangeRequest.newBuilder();
        if (random.chance(0.3)) {
            range.setKey(ByteString.copyFromUtf8("\0")).setRangeEnd(ByteString.copyFromUtf8("\0"));
        } else {
            String from = key();
            range.setKey(bytes(from)).setRangeEnd(end(from));
        }
        if (random.chance(0.4)) {
            range.setRevision(near(revision));
        }
        return range.setLimit(random.chance(0.3) ? random.between(1, 3) : 0)
                .setCountOnly(random.chance(0.1))
                .setKeysOnly(random.chance(0.1))
                .build();
    }

    /** Everything, at a revision. */
    static RangeRequest everything(long revision) {
        return RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("\0"))
                .setRangeEnd(ByteString.copyFromUtf8("\0"))
                .setRevision(revision)
                .build();
    }

    /** The command that asks for it. */
    static ByteBuffer command(long serial, Message request) {
        return KvCommand.encode(kindOf(request), new KvCommand.Origin(serial, 0, "", 0), request);
    }

    /** The number of the request that a command asks for. */
    static long serialOf(ByteBuffer command) {
        return command.getLong(command.position() + REQUEST_ID_OFFSET);
    }

    private static KvCommand.Kind kindOf(Message request) {
        if (request instanceof PutRequest) {
            return KvCommand.Kind.PUT;
        }
        if (request instanceof DeleteRangeRequest) {
            return KvCommand.Kind.DELETE_RANGE;
        }
        return request instanceof TxnRequest ? KvCommand.Kind.TXN : KvCommand.Kind.COMPACTION;
    }

    /** An empty response to such a request. */
    static Message responseTo(Message request) {
        return switch (kindOf(request)) {
            case PUT -> PutResponse.getDefaultInstance();
            case DELETE_RANGE -> DeleteRangeResponse.getDefaultInstance();
            case TXN -> TxnResponse.getDefaultInstance();
            default -> CompactionResponse.getDefaultInstance();
        };
    }

    private PutRequest put(boolean keepsValue) {
        PutRequest.Builder put = PutRequest.newBuilder().setKey(bytes(key())).setPrevKv(random.chance(0.3));
        if (keepsValue) {
            return put.setIgnoreValue(true).build();
        }
        int padding = maxPadding == 0 ? 0 : (int) random.below(maxPadding);
        return put.setValue(bytes("v" + nextValue++ + ".".repeat(padding))).build();
    }

    private DeleteRangeRequest delete() {
        String from = key();
        return DeleteRangeRequest.newBuilder()
                .setKey(bytes(from))
                .setRangeEnd(end(from))
                .setPrevKv(random.chance(0.3))
                .build();
    }

    /** One compare; two changes of different keys and a read between them, or a deletion and a read of the past. */
    private TxnRequest txn(long revision) {
        PutRequest first = put(random.chance(0.1));
        TxnRequest.Builder txn = TxnRequest.newBuilder()
                .addCompare(compare(revision))
                .addSuccess(RequestOp.newBuilder().setRequestPut(first))
                .addSuccess(RequestOp.newBuilder().setRequestRange(everything(0)))
                .addFailure(RequestOp.newBuilder().setRequestDeleteRange(delete()));
        PutRequest second = put(false);
        if (!second.getKey().equals(first.getKey())) {
            txn.addSuccess(RequestOp.newBuilder().setRequestPut(second));
        }
        if (random.chance(0.3)) {
            txn.addFailure(RequestOp.newBuilder().setRequestRange(everything(near(revision))));
        }
        return txn.build();
    }

    private Compare compare(long revision) {
        Compare.Builder compare = Compare.newBuilder()
                .setKey(bytes(key()))
                .setResult(random.pick(List.of(
                        Compare.CompareResult.EQUAL,
                        Compare.CompareResult.NOT_EQUAL,
                        Compare.CompareResult.GREATER,
                        Compare.CompareResult.LESS)));
        return switch (random.between(0, 2)) {
            case 0 ->
                compare.setTarget(Compare.CompareTarget.VERSION)
                        .setVersion(random.between(0, 3))
                        .build();
            case 1 ->
                compare.setTarget(Compare.CompareTarget.MOD)
                        .setModRevision(near(revision))
                        .build();
            default ->
                compare.setTarget(Compare.CompareTarget.VALUE)
                        .setResult(Compare.CompareResult.EQUAL)
                        .setValue(bytes("v" + (nextValue - 1)))
                        .build();
        };
    }

    private CompactionRequest compaction(long revision) {
        return CompactionRequest.newBuilder().setRevision(near(revision)).build();
    }

    /** Mostly a little in the past, now and then the future. */
    private long near(long revision) {
        return Math.max(1, revision + 2 - random.below(COMPACTED_BEHIND));
    }

    private String key() {
        return "k" + Long.toString(random.below(keys), 2);
    }

    /** No end, everything with the same beginning, or everything behind. */
    private ByteString end(String from) {
        return switch (random.between(0, 3)) {
            case 0 -> bytes(from + "~");
            case 1 -> ByteString.copyFromUtf8("\0");
            default -> ByteString.EMPTY;
        };
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFrom(text, StandardCharsets.US_ASCII);
    }
}
