/**
 * Exactly once, for groups that ask for it: sessions of clients whose commands take effect once however often they are
 * proposed (dissertation §6.3). {@link io.fairlead.raft.session.Session} is what a client holds; {@link
 * io.fairlead.raft.session.SessionMachine} is what every member puts around its state machine.
 */
@NullMarked
package io.fairlead.raft.session;

import org.jspecify.annotations.NullMarked;
