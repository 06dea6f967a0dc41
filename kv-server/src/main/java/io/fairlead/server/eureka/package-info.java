/**
 * A registry door that speaks Eureka's protocol. Internal.
 *
 * <p>A request belongs to its connection's event loop.
 */
@NullMarked
package io.fairlead.server.eureka;

import org.jspecify.annotations.NullMarked;
