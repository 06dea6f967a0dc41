/**
 * The quickstart: a cluster of server processes on this machine, and a tour of what it does. Internal.
 *
 * <p>Runs on the main thread.
 */
@NullMarked
package io.fairlead.server.ctl;

import org.jspecify.annotations.NullMarked;
