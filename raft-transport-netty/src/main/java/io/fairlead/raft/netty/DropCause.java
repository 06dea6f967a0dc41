package io.fairlead.raft.netty;

/** Why a transport lost a message. Raft repeats what matters, so each is an observation, not an error. */
public enum DropCause {
    /** The receiver's address is not known. */
    UNKNOWN_PEER,
    /** There was no connection, and none was being made. */
    NOT_CONNECTED,
    /** The connection broke, or could not be made, while the message waited. */
    CONNECTION_LOST,
    /** Too much was waiting for this receiver already. */
    BUFFER_FULL,
    /** The message is larger than the receiver takes in one frame. */
    TOO_LARGE,
    /** The transport was closed, or the receiver removed, while the message waited. */
    CLOSED,
    /** A message arrived whose type or contents only a newer version knows. */
    UNKNOWN_MESSAGE
}
