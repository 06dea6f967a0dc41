/** Proofs of the log on a simulated disk and a real one. */
@NullMarked
package io.fairlead.chaos.log;

import org.jspecify.annotations.NullMarked;
