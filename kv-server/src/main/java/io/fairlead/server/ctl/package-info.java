/**
 * The command-line client. Internal.
 *
 * <p>Runs on the main thread.
 */
@NullMarked
package io.fairlead.server.ctl;

import org.jspecify.annotations.NullMarked;
