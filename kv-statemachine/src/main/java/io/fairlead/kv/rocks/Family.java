package io.fairlead.kv.rocks;

import java.nio.charset.StandardCharsets;

/** The column families, in the order in which they are created. */
public enum Family {
    /** Single records: revision and applied index, progress of compaction, alarms. */
    META(0, "meta"),

    /** Every change by revision: key as etcd's, value as etcd's with the revision of the version before behind it. */
    REV(1, "rev"),

    /** Live keys with their newest version. */
    KEY(2, "key"),

    /** Versions that are not the newest any more, by key and falling revision, with the revision that ended them. */
    HISTORY(3, "history"),

    /** How many live keys there are from one fence key to the next. */
    COUNT(4, "count");

    private final int slot;
    private final String columnName;

    Family(int slot, String columnName) {
        this.slot = slot;
        this.columnName = columnName;
    }

    /** The family's place in arrays. */
    int slot() {
        return slot;
    }

    byte[] columnName() {
        return columnName.getBytes(StandardCharsets.US_ASCII);
    }
}
