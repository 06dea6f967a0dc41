/**
 * A gRPC client for unary calls of known shape that costs next to nothing: requests are patched templates, responses are
 * looked at but not decoded.
 *
 * <p>Everything here belongs to the event loop of its connection.
 */
@NullMarked
package io.fairlead.bench.http2;

import org.jspecify.annotations.NullMarked;
