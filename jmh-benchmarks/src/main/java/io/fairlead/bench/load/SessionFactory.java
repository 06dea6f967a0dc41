package io.fairlead.bench.load;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletionStage;

/** Opens connections with the protocol of one kind of server. <b>Threads:</b> any. */
public interface SessionFactory {
    /**
     * Opens a connection that reopens itself when it breaks.
     *
     * @param number which connection this is; decides at which of the endpoints it starts
     */
    CompletionStage<Session> open(EventLoop loop, int number);
}
