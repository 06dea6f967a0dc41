/**
 * The simulator and the test kit: whole clusters from one seed, with faults and checks.
 *
 * <p>A simulation runs on one thread, the caller's.
 */
@NullMarked
package io.fairlead.chaos;

import org.jspecify.annotations.NullMarked;
