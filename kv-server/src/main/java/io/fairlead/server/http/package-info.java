/**
 * The HTTP/1.1 side of the client port: health, version and metrics. Internal.
 *
 * <p>A request belongs to its connection's event loop.
 */
@NullMarked
package io.fairlead.server.http;

import org.jspecify.annotations.NullMarked;
