/**
 * Disasters under the simulator: a majority is gone for good, an operator runs the real tool on a survivor's simulated
 * disk, and the cluster goes on under another number while what is left of the old one comes back.
 */
@NullMarked
package io.fairlead.chaos.disaster;

import org.jspecify.annotations.NullMarked;
