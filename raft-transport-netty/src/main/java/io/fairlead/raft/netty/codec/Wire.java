package io.fairlead.raft.netty.codec;

/** Numbers of the wire format that both directions need. */
public final class Wire {
    /** The first bytes that a member that dials sends, and the first that it gets: "FLRD". */
    public static final int MAGIC = 0x464C5244;

    /** The oldest protocol version that this code speaks. */
    public static final int MIN_VERSION = 1;

    /** The newest protocol version that this code speaks. */
    public static final int MAX_VERSION = 1;

    /** Bytes of a frame before its body: length and checksum. */
    public static final int HEADER_BYTES = 8;

    /** The largest body that a handshake frame may have. */
    public static final int MAX_HANDSHAKE_BYTES = 4096;

    static final int GROUP = 1;
    static final int APPEND_ENTRIES = 2;
    static final int APPEND_ENTRIES_REPLY = 3;
    static final int HEARTBEAT = 4;
    static final int HEARTBEAT_REPLY = 5;
    static final int REQUEST_PRE_VOTE = 6;
    static final int REQUEST_PRE_VOTE_REPLY = 7;
    static final int REQUEST_VOTE = 8;
    static final int REQUEST_VOTE_REPLY = 9;
    static final int READ_INDEX_REQUEST = 10;
    static final int READ_INDEX_REPLY = 11;
    static final int FORWARD_PROPOSALS = 12;
    static final int FORWARD_PROPOSALS_REPLY = 13;
    static final int TIMEOUT_NOW = 14;
    static final int INSTALL_SNAPSHOT = 15;
    static final int INSTALL_SNAPSHOT_REPLY = 16;
    static final int FETCH_SNAPSHOT_CHUNK = 17;
    static final int SNAPSHOT_CHUNK = 18;
    static final int HEARTBEAT_BUNDLE = 19;
    static final int ROLL_CALL = 20;
    static final int ROLL_CALL_REPLY = 21;

    /** How many fields a frame has. */
    static final int FRAME_FIELDS = 21;

    static final int BUNDLE_PARTS = 2;
    static final int PART_HEARTBEAT = 2;
    static final int PART_HEARTBEAT_REPLY = 3;

    private Wire() {}
}
