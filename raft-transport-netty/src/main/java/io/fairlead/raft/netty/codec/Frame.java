package io.fairlead.raft.netty.codec;

/**
 * The body of one frame. Reused: valid only during the call that hands it out.
 *
 * <p>The array belongs to whoever decodes the frame, unless it is {@linkplain #isBorrowed() borrowed}.
 */
public final class Frame {
    private byte[] array = new byte[0];
    private int offset;
    private int length;
    private int crc32c;
    private boolean borrowed;

    Frame() {}

    Frame set(byte[] array, int offset, int length, int crc32c, boolean borrowed) {
        this.array = array;
        this.offset = offset;
        this.length = length;
        this.crc32c = crc32c;
        this.borrowed = borrowed;
        return this;
    }

    byte[] array() {
        return array;
    }

    int offset() {
        return offset;
    }

    int end() {
        return offset + length;
    }

    /** Bytes of the body. */
    public int length() {
        return length;
    }

    /** The checksum that came with the frame. */
    int crc32c() {
        return crc32c;
    }

    /** Tells if the array will be written over by the next frame. */
    boolean isBorrowed() {
        return borrowed;
    }
}
