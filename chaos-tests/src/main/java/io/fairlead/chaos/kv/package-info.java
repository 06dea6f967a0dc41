/**
 * The key-value store under the simulator: real state machines on RocksDB, a model beside them, and clients that write,
 * read and watch.
 */
@NullMarked
package io.fairlead.chaos.kv;

import org.jspecify.annotations.NullMarked;
