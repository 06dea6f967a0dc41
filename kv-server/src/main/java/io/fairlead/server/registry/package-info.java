/**
 * The canonical service registry and config centre that the registry doors translate to. Internal.
 *
 * <p>Used by the doors' event loops.
 */
@NullMarked
package io.fairlead.server.registry;

import org.jspecify.annotations.NullMarked;
