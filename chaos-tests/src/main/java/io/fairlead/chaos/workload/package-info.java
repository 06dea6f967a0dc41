/** What clients do while things go wrong: a small replicated map, clients that use it, and what they must never see. */
@NullMarked
package io.fairlead.chaos.workload;

import org.jspecify.annotations.NullMarked;
