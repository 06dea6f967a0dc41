package io.fairlead.bench.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResponseHeadersTest {
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final ResponseHeaders headers = new ResponseHeaders();

    private ResponseHeaders.Facts read(String... namesAndValues) throws Http2Exception {
        DefaultHttp2Headers all = new DefaultHttp2Headers(false);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        encoder.encodeHeaders(1, all, block);
        return headers.read(block, 0, block.writerIndex());
    }

    @Test
    void blocks_that_repeat_are_decoded_a_few_times_only() throws Http2Exception {
        for (int i = 0; i < 100; i++) {
            assertThat(read(":status", "200", "content-type", "application/grpc")
                            .httpStatus())
                    .isEqualTo(200);
            assertThat(read("grpc-status", "0").grpcStatus()).isZero();
        }

        assertThat(headers.decodedCount()).isLessThan(10);
    }

    @Test
    void what_is_remembered_is_forgotten_when_the_table_changes() throws Http2Exception {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            int status = random.nextInt(17);
            String message = random.nextInt(3) == 0 ? "m" + random.nextInt(200) : "";

            ResponseHeaders.Facts facts = read("grpc-status", Integer.toString(status), "grpc-message", message);

            assertThat(facts).isEqualTo(new ResponseHeaders.Facts(ResponseHeaders.ABSENT, status, message));
        }
    }
}
