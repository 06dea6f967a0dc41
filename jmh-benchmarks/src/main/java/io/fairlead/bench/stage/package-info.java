/** JMH benchmarks of the stages that a request passes, each by itself. */
@NullMarked
package io.fairlead.bench.stage;

import org.jspecify.annotations.NullMarked;
