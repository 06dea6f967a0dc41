/** What the write-ahead log costs beside what the disk costs. */
@NullMarked
package io.fairlead.bench.log;

import org.jspecify.annotations.NullMarked;
