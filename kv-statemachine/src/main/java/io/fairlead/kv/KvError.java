package io.fairlead.kv;

/** What the store can have against a request: gRPC status code and text, both exactly etcd's, since clients match them. */
public enum KvError {
    KEY_NOT_PROVIDED(Code.INVALID_ARGUMENT, "key is not provided"),
    KEY_NOT_FOUND(Code.INVALID_ARGUMENT, "key not found"),
    VALUE_PROVIDED(Code.INVALID_ARGUMENT, "value is provided"),
    LEASE_PROVIDED(Code.INVALID_ARGUMENT, "lease is provided"),
    TOO_MANY_OPS(Code.INVALID_ARGUMENT, "too many operations in txn request"),
    DUPLICATE_KEY(Code.INVALID_ARGUMENT, "duplicate key given in txn request"),
    INVALID_SORT_OPTION(Code.INVALID_ARGUMENT, "invalid sort option"),
    REQUEST_TOO_LARGE(Code.INVALID_ARGUMENT, "request is too large"),
    INVALID_ALARM(Code.INVALID_ARGUMENT, "invalid alarm request"),
    MALFORMED_COMMAND(Code.INVALID_ARGUMENT, "malformed request"),
    COMPACTED(Code.OUT_OF_RANGE, "mvcc: required revision has been compacted"),
    FUTURE_REVISION(Code.OUT_OF_RANGE, "mvcc: required revision is a future revision"),
    NO_SPACE(Code.RESOURCE_EXHAUSTED, "mvcc: database space exceeded"),
    LEASE_NOT_FOUND(Code.NOT_FOUND, "requested lease not found"),
    CORRUPT(Code.DATA_LOSS, "corrupt cluster"),
    UNIMPLEMENTED(Code.UNIMPLEMENTED, "not implemented");

    private final int code;
    private final String message;

    KvError(int code, String message) {
        this.code = code;
        this.message = "etcdserver: " + message;
    }

    /** The gRPC status code's number. */
    public int grpcCode() {
        return code;
    }

    /** The status message. */
    public String message() {
        return message;
    }

    /** The numbers of gRPC's status codes. */
    private static final class Code {
        static final int INVALID_ARGUMENT = 3;
        static final int NOT_FOUND = 5;
        static final int RESOURCE_EXHAUSTED = 8;
        static final int OUT_OF_RANGE = 11;
        static final int UNIMPLEMENTED = 12;
        static final int DATA_LOSS = 15;

        private Code() {}
    }
}
