package io.fairlead.kv;

import com.google.protobuf.InvalidProtocolBufferException;
import io.fairlead.kv.mvcc.MvccWriter;
import io.fairlead.kv.proto.AlarmRequest;
import io.fairlead.kv.proto.AlarmType;
import io.fairlead.kv.proto.CompactionRequest;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.txn.Txns;
import io.fairlead.kv.txn.WriteOps;
import io.fairlead.kv.wire.MalformedMessageException;
import io.fairlead.kv.wire.ProtoWriter;
import io.fairlead.raft.spi.Command;
import java.util.List;
import java.util.Optional;

/**
 * Turns commands into changes and results. Whatever a command says, it has a result, and the same one on every member.
 *
 * <p><b>Threads:</b> the applier.
 */
final class Applier {
    private final MvccWriter writer;
    private final Runnable commit;
    private final ProtoWriter out = new ProtoWriter(4 << 10);

    /** Changes go to {@code writer}; {@code commit} commits what it has so far. */
    Applier(MvccWriter writer, Runnable commit) {
        this.writer = writer;
        this.commit = commit;
    }

    KvResult apply(Command command) {
        try {
            KvCommand decoded = KvCommand.decode(command.payload());
            return switch (decoded.kind()) {
                case PUT -> put(decoded.request(PutRequest.parser()));
                case DELETE_RANGE -> deleteRange(decoded.request(DeleteRangeRequest.parser()));
                case TXN -> txn(decoded.request(TxnRequest.parser()));
                case COMPACTION -> compact(decoded.request(CompactionRequest.parser()));
                case ALARM -> alarm(decoded.request(AlarmRequest.parser()));
            };
        } catch (MalformedMessageException | InvalidProtocolBufferException e) {
            return KvResult.failed(KvError.MALFORMED_COMMAND);
        }
    }

    private KvResult put(PutRequest put) {
        Optional<KvError> wrong = Alarms.refusal(writer.alarms(), true);
        if (wrong.isEmpty()) {
            wrong = KvRequests.validate(put);
        }
        if (wrong.isEmpty()) {
            wrong = WriteOps.check(writer, put);
        }
        if (wrong.isPresent()) {
            return KvResult.failed(wrong.get());
        }
        out.clear();
        writer.beginWrite();
        WriteOps.put(writer, put, out);
        return answer(writer.endWrite());
    }

    private KvResult deleteRange(DeleteRangeRequest delete) {
        Optional<KvError> wrong = Alarms.refusal(writer.alarms(), false);
        if (wrong.isEmpty()) {
            wrong = KvRequests.validate(delete);
        }
        if (wrong.isPresent()) {
            return KvResult.failed(wrong.get());
        }
        out.clear();
        writer.beginWrite();
        WriteOps.delete(writer, delete, out);
        return answer(writer.endWrite());
    }

    private KvResult txn(TxnRequest txn) {
        Optional<KvError> wrong = Alarms.refusal(writer.alarms(), puts(txn));
        if (wrong.isEmpty()) {
            wrong = KvRequests.validate(txn, Integer.MAX_VALUE);
        }
        if (wrong.isPresent()) {
            return KvResult.failed(wrong.get());
        }
        if (Txns.readsPast(txn) && writer.hasUncommitted()) {
            commit.run(); // the past is read from what is committed
        }
        out.clear();
        writer.beginWrite();
        wrong = Txns.write(writer, txn, out);
        long revision = writer.endWrite();
        return wrong.isPresent() ? KvResult.failed(wrong.get()) : answer(revision);
    }

    private static boolean puts(TxnRequest txn) {
        return puts(txn.getSuccessList()) || puts(txn.getFailureList());
    }

    private static boolean puts(List<RequestOp> branch) {
        for (RequestOp op : branch) {
            if (op.hasRequestPut() || (op.hasRequestTxn() && puts(op.getRequestTxn()))) {
                return true;
            }
        }
        return false;
    }

    private KvResult compact(CompactionRequest compaction) {
        Optional<KvError> wrong = Alarms.refusal(writer.alarms(), false);
        if (wrong.isPresent()) {
            return KvResult.failed(wrong.get());
        }
        long revision = compaction.getRevision();
        if (revision <= writer.compactedRevision()) {
            return KvResult.failed(KvError.COMPACTED);
        }
        if (revision > writer.revision()) {
            return KvResult.failed(KvError.FUTURE_REVISION);
        }
        writer.compact(revision);
        return KvResult.of(writer.revision());
    }

    private KvResult alarm(AlarmRequest request) {
        if (request.getAction() == AlarmRequest.AlarmAction.UNRECOGNIZED
                || request.getAlarm() == AlarmType.UNRECOGNIZED) {
            return KvResult.failed(KvError.INVALID_ALARM);
        }
        out.clear();
        writer.setAlarms(Alarms.after(writer.alarms(), request, out));
        return answer(writer.revision());
    }

    private KvResult answer(long revision) {
        return out.size() == 0 ? KvResult.of(revision) : KvResult.of(revision, out.toByteArray());
    }
}
