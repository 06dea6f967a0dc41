/**
 * The server: its configuration, its command line and the composition of all parts.
 *
 * <p>Started and stopped by the main thread.
 */
@NullMarked
package io.fairlead.server;

import org.jspecify.annotations.NullMarked;
