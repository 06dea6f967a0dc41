/**
 * Tests of the tests: deliberate bugs, each a small change of a method's source, compiled for one run only. The simulator
 * must find every one of them.
 */
@NullMarked
package io.fairlead.chaos.zoo;

import org.jspecify.annotations.NullMarked;
