/**
 * Sessions under the simulator: clients that retry, move from member to member, fall silent and come back, and a judge
 * who knows every command that took effect.
 */
@NullMarked
package io.fairlead.chaos.session;

import org.jspecify.annotations.NullMarked;
