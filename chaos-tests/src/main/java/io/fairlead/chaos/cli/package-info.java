/** The command line of the simulator: {@code chaos-tests/bin/chaos}. */
@NullMarked
package io.fairlead.chaos.cli;

import org.jspecify.annotations.NullMarked;
