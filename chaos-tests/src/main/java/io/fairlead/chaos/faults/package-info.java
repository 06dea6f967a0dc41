/** What goes wrong, when, and for whom: kinds of faults, plans of them drawn from a seed, and what carries them out. */
@NullMarked
package io.fairlead.chaos.faults;

import org.jspecify.annotations.NullMarked;
