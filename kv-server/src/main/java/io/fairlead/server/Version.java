package io.fairlead.server;

/** What this server says it is. */
public final class Version {
    /** The version of Fairlead. */
    public static final String SERVER = "0.1.0";

    /** The version of etcd whose API and behaviour are offered. */
    public static final String ETCD = "3.6.0";

    private Version() {}
}
