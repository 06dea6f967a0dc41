/**
 * Writes results: JSON, HdrHistogram's own formats, and pages with charts that need nothing from elsewhere.
 *
 * <p>Objects here belong to the thread that made them.
 */
@NullMarked
package io.fairlead.bench.report;

import org.jspecify.annotations.NullMarked;
