/**
 * Real cores without a runtime: nothing happens to them but what is asked for, one step at a time. Small clusters of them
 * can be explored in every order of events, and scripted.
 */
@NullMarked
package io.fairlead.chaos.small;

import org.jspecify.annotations.NullMarked;
