/**
 * Leases and the keys attached to them; only the leader proposes that one expires. Internal.
 *
 * <p>Belongs to the applier.
 */
@NullMarked
package io.fairlead.kv.lease;

import org.jspecify.annotations.NullMarked;
