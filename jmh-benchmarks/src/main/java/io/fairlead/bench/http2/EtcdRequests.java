package io.fairlead.bench.http2;

import io.fairlead.bench.load.Operation;
import io.fairlead.bench.load.Template;
import io.fairlead.bench.load.Workload;
import io.netty.buffer.ByteBuf;

/** The requests of etcd's KV service that the load consists of. */
final class EtcdRequests {
    private static final int LEASE_TARGET = 4;

    private EtcdRequests() {}

    /** The HTTP/2 path of the method that serves an operation. */
    static String path(Operation operation) {
        return switch (operation) {
            case PUT -> "/etcdserverpb.KV/Put";
            case GET, SGET -> "/etcdserverpb.KV/Range";
            case TXN -> "/etcdserverpb.KV/Txn";
        };
    }

    /** The message of an operation. */
    static Template template(Operation operation, Workload workload) {
        byte[] key = Template.keyHole(workload.keyBytes());
        byte[] value = Template.valueHole(workload.valueBytes());
        ProtoWriter message = switch (operation) {
            case PUT -> put(key, value);
            case GET -> range(key);
            case SGET -> range(key).number(7, 1);
            case TXN -> txn(key, value);
        };
        return new Template(message.toByteArray(), workload.keyBytes(), workload.valueBytes());
    }

    private static ProtoWriter put(byte[] key, byte[] value) {
        ProtoWriter put = new ProtoWriter().bytes(1, key);
        return value.length == 0 ? put : put.bytes(2, value);
    }

    private static ProtoWriter range(byte[] key) {
        return new ProtoWriter().bytes(1, key);
    }

    /** If the key has no lease, which is so for absent ones too, write it; otherwise read it. */
    private static ProtoWriter txn(byte[] key, byte[] value) {
        ProtoWriter noLease =
                new ProtoWriter().number(2, LEASE_TARGET).bytes(3, key).number(8, 0);
        return new ProtoWriter()
                .message(1, noLease)
                .message(2, new ProtoWriter().message(2, put(key, value)))
                .message(3, new ProtoWriter().message(1, range(key)));
    }

    /** Tells if an answer to a read contains a key: something stands behind the header. */
    static boolean hasKey(ByteBuf message, int from, int to) {
        int at = from;
        if (at < to && message.getByte(at) == 0x0a) {
            int length = message.getByte(at + 1); // A header is always shorter than 128 bytes.
            at += 2 + length;
        }
        return at < to && message.getByte(at) == 0x12;
    }
}
