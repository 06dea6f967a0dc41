/**
 * Validates and evaluates transactions: compare, then, else. Internal.
 *
 * <p>Belongs to the applier.
 */
@NullMarked
package io.fairlead.kv.txn;

import org.jspecify.annotations.NullMarked;
