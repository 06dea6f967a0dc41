/**
 * Judges what clients saw: histories of operations, sequential models, and the search for an order that explains them.
 * Usable alone; immutable once built, so any thread may check.
 */
@NullMarked
package io.fairlead.chaos.check;

import org.jspecify.annotations.NullMarked;
