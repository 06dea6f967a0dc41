/**
 * What must hold in every state of every cluster (figure 3 of the paper, and more), as classes that look at all members
 * after every event of a simulation. They see true global time and every member's volatile and durable state.
 */
@NullMarked
package io.fairlead.chaos.invariant;

import org.jspecify.annotations.NullMarked;
