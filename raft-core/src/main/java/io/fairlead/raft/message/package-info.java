/** The messages, entries and configurations of the protocol, as immutable values that any thread may hold. */
@NullMarked
package io.fairlead.raft.message;

import org.jspecify.annotations.NullMarked;
