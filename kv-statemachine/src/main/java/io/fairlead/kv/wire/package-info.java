/**
 * Reads and writes the few protobuf messages of the hot path without objects in between. Internal.
 *
 * <p>Writers and readers belong to whoever made them.
 */
@NullMarked
package io.fairlead.kv.wire;

import org.jspecify.annotations.NullMarked;
