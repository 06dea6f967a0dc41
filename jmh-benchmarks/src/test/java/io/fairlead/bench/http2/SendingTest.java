package io.fairlead.bench.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class SendingTest {
    private final Sending sending = new Sending();
    private final ByteBuf out = Unpooled.buffer();

    private int dataBytes() {
        int bytes = 0;
        while (out.isReadable()) {
            int length = out.readUnsignedMedium();
            out.skipBytes(6 + length);
            bytes += length;
            assertThat(length).isLessThanOrEqualTo(Frames.MAX_LENGTH);
        }
        return bytes;
    }

    @Test
    void what_fits_leaves_at_once() {
        sending.send(1, new byte[100], 100, out);

        assertThat(dataBytes()).isEqualTo(105);
        assertThat(sending.waitingCount()).isZero();
    }

    @Test
    void no_more_than_the_windows_leaves() {
        sending.send(1, new byte[100_000], 100_000, out);
        assertThat(dataBytes()).isEqualTo(65_535);

        sending.onWindowUpdate(0, 50_000, out);
        assertThat(dataBytes()).isZero();

        sending.onWindowUpdate(1, 50_000, out);
        assertThat(dataBytes()).isEqualTo(100_005 - 65_535);
        assertThat(sending.waitingCount()).isZero();
    }

    @Test
    void a_larger_initial_window_lets_waiting_messages_go() {
        sending.onWindowUpdate(0, 1_000_000, out);
        sending.send(1, new byte[100_000], 100_000, out);
        dataBytes();

        sending.onInitialWindow(200_000, out);

        assertThat(dataBytes()).isEqualTo(100_005 - 65_535);
    }

    @Test
    void a_stream_that_has_ended_sends_no_more() {
        sending.send(1, new byte[100_000], 100_000, out);
        dataBytes();

        sending.onStreamEnd(1);
        sending.onWindowUpdate(0, 1_000_000, out);

        assertThat(dataBytes()).isZero();
    }
}
