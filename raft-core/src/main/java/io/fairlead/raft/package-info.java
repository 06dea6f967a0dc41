/**
 * What an embedder uses: a process's host, its replicated logs, their configuration and outcomes.
 *
 * <p>Its objects may be used from any thread unless they say otherwise.
 */
@NullMarked
package io.fairlead.raft;

import org.jspecify.annotations.NullMarked;
