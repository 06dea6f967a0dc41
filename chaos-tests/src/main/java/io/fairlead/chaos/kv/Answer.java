package io.fairlead.chaos.kv;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.fairlead.kv.KvError;
import io.fairlead.kv.KvResult;
import io.fairlead.kv.proto.ResponseHeader;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered: a whole response, or a refusal.
 *
 * @param error why it is refused, or null
 * @param response the response with its header, or null
 */
record Answer(@Nullable KvError error, @Nullable Message response) {
    static Answer of(Message response) {
        return new Answer(null, response);
    }

    static Answer refused(KvError error) {
        return new Answer(error, null);
    }

    /** A result of the store; {@code like} is a response of the same kind. */
    static Answer of(KvResult result, Message like) {
        return result.isError()
                ? refused(result.error())
                : of(result.toMessage(ResponseHeader.getDefaultInstance(), like.getParserForType()));
    }

    @Override
    public String toString() {
        Message some = response;
        return some == null
                ? String.valueOf(error)
                : some.getDescriptorForType().getName() + "{"
                        + TextFormat.printer().emittingSingleLine(true).printToString(some) + "}";
    }
}
