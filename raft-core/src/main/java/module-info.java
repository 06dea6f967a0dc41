/** The Raft consensus library. What is not exported here is internal. */
@org.jspecify.annotations.NullMarked
module io.fairlead.raft {
    exports io.fairlead.raft;
    exports io.fairlead.raft.message;
    exports io.fairlead.raft.session;
    exports io.fairlead.raft.spi;

    requires jdk.jfr;
    requires org.slf4j;
    requires static transitive org.jspecify;
}
