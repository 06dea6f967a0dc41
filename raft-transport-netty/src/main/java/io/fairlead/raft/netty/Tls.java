package io.fairlead.raft.netty;

import io.fairlead.raft.InvalidConfigException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * How connections between members are encrypted. TLS is always mutual: a member that dials shows its certificate, and
 * so does the one that accepts, and each trusts only what the given authorities signed.
 */
public final class Tls {
    private final SslContext client;
    private final SslContext server;

    private Tls(SslContext client, SslContext server) {
        this.client = client;
        this.server = server;
    }

    /**
     * Reads key and certificates from PEM files.
     *
     * @param certificateChain this member's certificate, and those between it and an authority
     * @param privateKey the key of the first certificate, PKCS#8, without password
     * @param trustedAuthorities the authorities that sign the members' certificates
     * @param checkHostNames whether a member that is dialled must have a certificate for the host that was dialled;
     *     without, any member can pose as any other
     * @return for both directions, dialling and accepting
     * @throws InvalidConfigException naming what cannot be used
     */
    public static Tls ofPem(Path certificateChain, Path privateKey, Path trustedAuthorities, boolean checkHostNames) {
        List<String> problems = new ArrayList<>();
        checkReadable(problems, "certificate chain", certificateChain);
        checkReadable(problems, "private key", privateKey);
        checkReadable(problems, "trusted authorities", trustedAuthorities);
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        File chain = certificateChain.toFile();
        File key = privateKey.toFile();
        File trusted = trustedAuthorities.toFile();
        try {
            SslContext client = SslContextBuilder.forClient()
                    .keyManager(chain, key)
                    .trustManager(trusted)
                    .endpointIdentificationAlgorithm(checkHostNames ? "HTTPS" : null)
                    .build();
            SslContext server = SslContextBuilder.forServer(chain, key)
                    .trustManager(trusted)
                    .clientAuth(ClientAuth.REQUIRE)
                    .build();
            return new Tls(client, server);
        } catch (SSLException | IllegalArgumentException e) {
            throw new InvalidConfigException(List.of("the TLS files " + certificateChain + ", " + privateKey + " and "
                    + trustedAuthorities + " cannot be used: " + e));
        }
    }

    /**
     * Takes contexts that were made elsewhere, for other providers, key stores or cipher suites.
     *
     * @param client for dialling; must have a key, and trust the other members' authorities
     * @param server for accepting; must require a client certificate
     * @return for both directions, dialling and accepting; host names are checked if {@code client} does so
     * @throws InvalidConfigException if the contexts are swapped
     */
    public static Tls of(SslContext client, SslContext server) {
        List<String> problems = new ArrayList<>();
        if (!client.isClient()) {
            problems.add("the TLS context for dialling is one of a server");
        }
        if (!server.isServer()) {
            problems.add("the TLS context for accepting is one of a client");
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        return new Tls(client, server);
    }

    private static void checkReadable(List<String> problems, String name, Path file) {
        if (!Files.isReadable(file)) {
            problems.add("the TLS file " + file + " (" + name + ") cannot be read");
        }
    }

    SslContext client() {
        return client;
    }

    SslContext server() {
        return server;
    }
}
