/** What the transport between members costs: frames as bytes, and messages over loopback sockets. */
@NullMarked
package io.fairlead.bench.transport;

import org.jspecify.annotations.NullMarked;
