/**
 * The key-value store as a state machine, and its reading side: etcd's data model in etcd's words.
 *
 * <p>Writing belongs to the applier; reading at a revision is open to any thread.
 */
@NullMarked
package io.fairlead.kv;

import org.jspecify.annotations.NullMarked;
