/**
 * Turns the effects that the core asks for into work: the loop, the timers, the log writer, the applier. Not
 * exported.
 *
 * <p>Each class names the stage that owns it; what crosses stages is immutable.
 */
@NullMarked
package io.fairlead.raft.runtime;

import org.jspecify.annotations.NullMarked;
