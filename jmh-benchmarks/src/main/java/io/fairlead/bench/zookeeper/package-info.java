/**
 * ZooKeeper's client protocol, as far as the load needs it.
 *
 * <p>Everything here belongs to the event loop of its connection.
 */
@NullMarked
package io.fairlead.bench.zookeeper;

import org.jspecify.annotations.NullMarked;
