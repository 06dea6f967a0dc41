/**
 * Users, roles and permissions. Internal.
 *
 * <p>Belongs to the applier.
 */
@NullMarked
package io.fairlead.kv.auth;

import org.jspecify.annotations.NullMarked;
