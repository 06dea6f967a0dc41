/**
 * Runs Fairlead and its peers in turn under the same load, on the same disk.
 *
 * <p>Everything here belongs to the thread that runs the command.
 */
@NullMarked
package io.fairlead.bench.compare;

import org.jspecify.annotations.NullMarked;
