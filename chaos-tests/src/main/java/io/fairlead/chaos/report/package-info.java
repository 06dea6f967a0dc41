/** What is shown of a run that failed. */
@NullMarked
package io.fairlead.chaos.report;

import org.jspecify.annotations.NullMarked;
