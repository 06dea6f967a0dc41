package io.fairlead.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where somebody listens or is reached, read from an {@code http://host:port} URL.
 *
 * @param host a name or an address, without brackets
 * @param port 1 to 65535
 */
record HostPort(String host, int port) {
    /** Reads one URL; adds a problem and answers an unusable address if it is none. */
    static HostPort parse(String option, String url, List<String> problems) {
        try {
            URI uri = new URI(url.strip());
            if ("https".equals(uri.getScheme()) || "unix".equals(uri.getScheme()) || "unixs".equals(uri.getScheme())) {
                problems.add("--" + option + ": " + url + ": only http:// URLs are served so far");
            } else if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 1) {
                problems.add("--" + option + ": '" + url + "' is not a URL like http://127.0.0.1:2379");
            } else {
                return new HostPort(uri.getHost().replaceAll("^\\[|]$", ""), uri.getPort());
            }
        } catch (URISyntaxException e) {
            problems.add("--" + option + ": '" + url + "' is not a URL like http://127.0.0.1:2379: " + e.getReason());
        }
        return new HostPort("localhost", 1);
    }

    static List<HostPort> parseAll(String option, List<String> urls, List<String> problems) {
        List<HostPort> all = new ArrayList<>();
        for (String url : urls) {
            all.add(parse(option, url, problems));
        }
        return all;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
