package io.fairlead.bench.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaderProbeTest {
    @ParameterizedTest
    @CsvSource({"5,5,true", "5,6,false", "0,0,false", "-7736921853545391279,-7736921853545391279,true"})
    void a_member_leads_if_the_leader_is_itself(long member, long leader, boolean leads) throws IOException {
        ProtoWriter header = new ProtoWriter().number(1, 99).number(2, member).number(3, 12);
        ProtoWriter status = new ProtoWriter()
                .message(1, header)
                .bytes(2, new byte[] {'3', '.', '6'})
                .number(3, 20480)
                .number(4, leader)
                .number(5, 8);

        assertThat(LeaderProbe.leads(Unpooled.wrappedBuffer(status.toByteArray())))
                .isEqualTo(leads);
    }
}
