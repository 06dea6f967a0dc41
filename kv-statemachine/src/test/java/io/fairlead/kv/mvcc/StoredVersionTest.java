package io.fairlead.kv.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.fairlead.kv.proto.KeyValue;
import io.fairlead.kv.wire.ProtoWriter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StoredVersionTest {
    private static final KeyValue FULL = KeyValue.newBuilder()
            .setKey(ByteString.copyFromUtf8("key"))
            .setCreateRevision(300)
            .setModRevision(1L << 40)
            .setVersion(2)
            .setValue(ByteString.copyFromUtf8("value"))
            .setLease(-5)
            .build();

    private final StoredVersion version = new StoredVersion();

    @Test
    void reads_every_field_in_place() {
        read(FULL, 7);

        assertThat(version.key()).asString().isEqualTo("key");
        assertThat(version.value()).asString().isEqualTo("value");
        assertThat(version.createRevision()).isEqualTo(300);
        assertThat(version.modRevision()).isEqualTo(1L << 40);
        assertThat(version.version()).isEqualTo(2);
        assertThat(version.lease()).isEqualTo(-5);
        assertThat(version.toBytes()).isEqualTo(FULL.toByteArray());
    }

    @Test
    void forgets_what_it_read_before() {
        read(FULL, 50);
        read(KeyValue.newBuilder().setKey(ByteString.copyFromUtf8("k")).build(), 0);

        assertThat(version.value()).isEmpty();
        assertThat(version.compareValue(new byte[0])).isZero();
        assertThat(version.lease()).isZero();
        assertThat(version.toBytesWithoutValue()).isEqualTo(version.toBytes());
    }

    @Test
    void leaves_the_value_out_and_keeps_what_stands_behind_it() {
        byte[] expected = FULL.toBuilder().clearValue().build().toByteArray();
        read(FULL, 3);
        ProtoWriter out = new ProtoWriter(0);

        version.writeTo(out, 2, false);

        assertThat(version.toBytesWithoutValue()).isEqualTo(expected);
        assertThat(Arrays.copyOfRange(out.toByteArray(), 2, out.size())).isEqualTo(expected);
    }

    private void read(KeyValue kv, int offset) {
        byte[] bytes = kv.toByteArray();
        byte[] shifted = new byte[offset + bytes.length];
        System.arraycopy(bytes, 0, shifted, offset, bytes.length);
        version.read(shifted, offset, bytes.length, 0, false);
    }
}
