package io.fairlead.bench.zookeeper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.bench.load.Call;
import io.fairlead.bench.load.Operation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ZooKeeperConnectionTest {
    private static final int NO_NODE = -101;

    private final ZooKeeperConnection connection = new ZooKeeperConnection(4, 3);
    private final EmbeddedChannel channel = new EmbeddedChannel(connection);
    private final List<String> ended = new ArrayList<>();

    private final class Waiting extends Call {
        @Override
        public void onAnswer(boolean found) {
            ended.add("found " + found);
        }

        @Override
        public void onError(String error) {
            ended.add(error);
        }
    }

    @BeforeEach
    void greet() {
        ByteBuf hello = channel.readOutbound();
        assertThat(hello.readableBytes()).isEqualTo(49);
        assertThat(hello.readInt()).isEqualTo(45);
        hello.release();
        channel.writeInbound(Unpooled.buffer().writeZero(37));
        assertThat(connection.ready()).isCompleted();
    }

    private void answer(int xid, int error) {
        channel.writeInbound(Unpooled.buffer().writeInt(xid).writeLong(1).writeInt(error));
    }

    private String sent() {
        connection.flush();
        ByteBuf bytes = channel.readOutbound();
        if (bytes == null) {
            return "";
        }
        StringBuilder types = new StringBuilder();
        while (bytes.isReadable()) {
            ByteBuf request = bytes.readSlice(bytes.readInt());
            request.skipBytes(4);
            types.append(request.readInt()).append(' ');
            types.append(request.readSlice(request.readInt()).toString(US_ASCII))
                    .append(' ');
        }
        bytes.release();
        return types.toString();
    }

    @Test
    void a_write_of_an_absent_node_creates_it() {
        connection.start(Operation.PUT, 7, new Waiting());
        assertThat(sent()).isEqualTo("5 /k007 ");

        answer(1, NO_NODE);
        assertThat(sent()).isEqualTo("1 /k007 ");
        answer(2, 0);

        assertThat(ended).containsExactly("found true");
    }

    @Test
    void a_linearizable_read_syncs_first() {
        connection.start(Operation.GET, 7, new Waiting());
        assertThat(sent()).isEqualTo("9 /k007 4 /k007 ");

        answer(1, 0);
        assertThat(ended).isEmpty();
        answer(2, NO_NODE);

        assertThat(ended).containsExactly("found false");
    }

    @Test
    void a_lost_connection_ends_every_call() {
        connection.start(Operation.SGET, 7, new Waiting());

        channel.close().syncUninterruptibly();

        assertThat(ended).containsExactly("connection lost");
        assertThat(connection.isClosed()).isTrue();
    }
}
