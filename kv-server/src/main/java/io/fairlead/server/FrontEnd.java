package io.fairlead.server;

import io.fairlead.server.etcd.GrpcDoor;
import io.fairlead.server.http.AnyAuthority;
import io.fairlead.server.http.FewFlushes;
import io.fairlead.server.http.HttpDoor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The client ports: gRPC and HTTP/1.1 on one socket, told apart by what the client speaks. */
final class FrontEnd implements AutoCloseable {
    private static final long START_SECONDS = 30;
    private static final long STOP_SECONDS = 7;

    private final Vertx vertx;

    private FrontEnd(Vertx vertx) {
        this.vertx = vertx;
    }

    static FrontEnd open(ServerConfig config, GrpcDoor grpcDoor, HttpDoor httpDoor) {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(Math.min(4, Runtime.getRuntime().availableProcessors())));
        GrpcServer grpc = GrpcServer.server(
                        vertx, new GrpcServerOptions().setMaxMessageSize(grpcDoor.maxMessageBytes()))
                .callHandler(grpcDoor);
        AnyAuthority anyAuthority = new AnyAuthority();
        FewFlushes fewFlushes = new FewFlushes();
        List<Future<HttpServer>> servers = new ArrayList<>();
        for (ServerConfig.HostPortUrl address : config.listenClients()) {
            servers.add(vertx.createHttpServer(new HttpServerOptions()
                            .setHost(address.host())
                            .setPort(address.port())
                            .setTcpNoDelay(true)
                            .setReusePort(false))
                    .connectionHandler(connection -> {
                        anyAuthority.handle(connection);
                        fewFlushes.handle(connection);
                        grpcDoor.serve(connection);
                    })
                    .requestHandler(request -> dispatch(request, grpc, httpDoor))
                    .listen());
        }
        FrontEnd frontEnd = new FrontEnd(vertx);
        try {
            Future.all(servers).toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
            return frontEnd;
        } catch (ExecutionException | TimeoutException e) {
            frontEnd.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartException(
                    "cannot listen for clients on " + config.listenClients() + ": " + cause.getMessage()
                            + ": stop what uses the port, or choose another with --listen-client-urls",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            frontEnd.close();
            throw new StartException("interrupted while opening the client port", e);
        }
    }

    private static void dispatch(HttpServerRequest request, GrpcServer grpc, HttpDoor http) {
        String type = request.getHeader("content-type");
        if (type != null && type.startsWith("application/grpc")) {
            grpc.handle(request);
        } else {
            http.handle(request);
        }
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            org.slf4j.LoggerFactory.getLogger(FrontEnd.class).warn("the client ports did not close cleanly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
