/** The transport between members, over Netty. What is not exported here is internal. */
@org.jspecify.annotations.NullMarked
module io.fairlead.raft.netty {
    exports io.fairlead.raft.netty;

    requires transitive io.fairlead.raft;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires transitive io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires org.slf4j;
    requires static transitive org.jspecify;
}
