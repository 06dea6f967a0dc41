/** The command {@code force-new-cluster}: goes on with one survivor when a majority is gone for good. */
@NullMarked
package io.fairlead.server.recovery;

import org.jspecify.annotations.NullMarked;
