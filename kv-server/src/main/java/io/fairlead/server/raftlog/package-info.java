/** The command {@code raftlog}: looks into the logs of a data directory. */
@NullMarked
package io.fairlead.server.raftlog;

import org.jspecify.annotations.NullMarked;
