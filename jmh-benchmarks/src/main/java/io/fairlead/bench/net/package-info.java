/**
 * Event loops and their sockets.
 *
 * <p>Objects here belong to the thread that made them.
 */
@NullMarked
package io.fairlead.bench.net;

import org.jspecify.annotations.NullMarked;
