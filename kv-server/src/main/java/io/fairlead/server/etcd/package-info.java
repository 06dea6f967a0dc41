/**
 * The etcd v3 gRPC services: requests in, commands out. Internal.
 *
 * <p>A call belongs to its connection's event loop.
 */
@NullMarked
package io.fairlead.server.etcd;

import org.jspecify.annotations.NullMarked;
