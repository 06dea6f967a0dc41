/**
 * Three members of a library in one JVM, and how fast they commit. What runs in the measured JVM knows the JDK only, so
 * that each library comes with its own class path.
 *
 * <p>The runner's thread watches; proposals are made on whatever threads the library completes the ones before.
 */
@NullMarked
package io.fairlead.bench.embedded;

import org.jspecify.annotations.NullMarked;
