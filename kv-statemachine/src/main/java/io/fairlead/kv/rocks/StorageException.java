package io.fairlead.kv.rocks;

import org.rocksdb.RocksDBException;

/** RocksDB could not do what it must: this member's state cannot be trusted any more. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what could not be done. */
    public StorageException(String message, RocksDBException cause) {
        super(message + ": " + cause.getMessage(), cause);
    }

    /** Says what is wrong with what was found. */
    public StorageException(String message) {
        super(message);
    }
}
