package io.fairlead.bench;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Reads where servers are. */
final class Endpoints {
    private Endpoints() {}

    /**
     * Reads {@code 127.0.0.1:2379,http://127.0.0.1:2380}.
     *
     * @throws IllegalArgumentException saying which part is wrong
     */
    static List<InetSocketAddress> parse(String text) {
        List<InetSocketAddress> endpoints = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String bare = part.strip().replaceFirst("^http://", "").replaceFirst("/$", "");
            int colon = bare.lastIndexOf(':');
            String port = bare.substring(colon + 1);
            if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
                throw new IllegalArgumentException("endpoint '" + part + "' is not host:port");
            }
            endpoints.add(new InetSocketAddress(bare.substring(0, colon), Integer.parseInt(port)));
        }
        return endpoints;
    }
}
