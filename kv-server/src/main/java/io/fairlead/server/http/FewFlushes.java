package io.fairlead.server.http;

import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Lets what the event loop answers in one turn leave in one write: Vert.x flushes behind every response. The flush is
 * the loop's next task, behind all answers that wait for it already, so a lone answer leaves as soon as before.
 *
 * <p>To be set as a connection handler of a server.
 */
public final class FewFlushes implements Handler<HttpConnection> {
    private static final int MAX_FLUSHES_TOGETHER = 256;

    @Override
    public void handle(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            base.channel().pipeline().addFirst(new FlushConsolidationHandler(MAX_FLUSHES_TOGETHER, true));
        }
    }
}
