package io.fairlead.bench.load;

/** What a client asks for. */
public enum Operation {
    /** Writes one key. */
    PUT(0, "put"),
    /** Reads one key, linearizable. */
    GET(1, "get"),
    /** Reads one key, serializable: whatever the member has. */
    SGET(2, "sget"),
    /** One comparison; writes the key if it holds, reads it if not. It always holds. */
    TXN(3, "txn");

    private static final Operation[] ALL = values();

    private final int number;
    private final String label;

    Operation(int number, String label) {
        this.number = number;
        this.label = label;
    }

    /** The name on the command line and in results. */
    public String label() {
        return label;
    }

    /** A place in arrays, from 0. */
    public int number() {
        return number;
    }

    /** How many there are. */
    public static int count() {
        return ALL.length;
    }

    /** The operation with this {@link #label}. */
    public static Operation of(String label) {
        for (Operation operation : ALL) {
            if (operation.label.equals(label)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("unknown operation '" + label + "', expected put, get, sget, txn or mixed");
    }
}
