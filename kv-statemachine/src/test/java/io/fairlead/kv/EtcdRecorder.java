package io.fairlead.kv;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Parser;
import com.google.protobuf.util.JsonFormat;
import io.fairlead.kv.proto.CompactionRequest;
import io.fairlead.kv.proto.CompactionResponse;
import io.fairlead.kv.proto.DeleteRangeRequest;
import io.fairlead.kv.proto.DeleteRangeResponse;
import io.fairlead.kv.proto.HashKVRequest;
import io.fairlead.kv.proto.HashKVResponse;
import io.fairlead.kv.proto.PutRequest;
import io.fairlead.kv.proto.PutResponse;
import io.fairlead.kv.proto.RangeRequest;
import io.fairlead.kv.proto.RangeResponse;
import io.fairlead.kv.proto.RequestOp;
import io.fairlead.kv.proto.ResponseHeader;
import io.fairlead.kv.proto.TxnRequest;
import io.fairlead.kv.proto.TxnResponse;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Asks a fresh etcd random questions through its JSON gateway and writes down the answers. Run by hand, one fresh server
 * for each recording:
 *
 * <pre>java ... io.fairlead.kv.EtcdRecorder 127.0.0.1:2379 SEED src/test/resources/etcd-3.4.23-SEED.gz</pre>
 */
final class EtcdRecorder {
    private static final int REQUESTS = 900;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String endpoint;

    private EtcdRecorder(String endpoint) {
        this.endpoint = endpoint;
    }

    /** What was asked. */
    enum Kind {
        PUT("kv/put", PutRequest.parser(), PutResponse.getDefaultInstance()),
        DELETE("kv/deleterange", DeleteRangeRequest.parser(), DeleteRangeResponse.getDefaultInstance()),
        TXN("kv/txn", TxnRequest.parser(), TxnResponse.getDefaultInstance()),
        COMPACT("kv/compaction", CompactionRequest.parser(), CompactionResponse.getDefaultInstance()),
        RANGE("kv/range", RangeRequest.parser(), RangeResponse.getDefaultInstance()),
        HASH("", HashKVRequest.parser(), HashKVResponse.getDefaultInstance());

        private final String path;
        private final Parser<? extends Message> requests;
        private final Message response;

        Kind(String path, Parser<? extends Message> requests, Message response) {
            this.path = path;
            this.requests = requests;
            this.response = response;
        }
    }

    /** A question, and the answer: a message, or code and text of an error. */
    static final class Exchange {
        private final Kind kind;
        private final byte[] request;
        private final Object answer;

        Exchange(Kind kind, byte[] request, Object answer) {
            this.kind = kind;
            this.request = request;
            this.answer = answer;
        }

        Kind kind() {
            return kind;
        }

        byte[] request() {
            return request;
        }

        Object answer() {
            return answer;
        }

        String describe() throws InvalidProtocolBufferException {
            return kind + " " + kind.requests.parseFrom(request);
        }

        void write(DataOutputStream out) throws IOException {
            out.writeUTF(kind.name());
            out.writeInt(request.length);
            out.write(request);
            out.writeBoolean(answer instanceof String);
            byte[] bytes = answer instanceof String text
                    ? text.getBytes(StandardCharsets.UTF_8)
                    : ((Message) answer).toByteArray();
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        static @Nullable Exchange read(DataInputStream in) throws IOException {
            Kind kind;
            try {
                kind = Kind.valueOf(in.readUTF());
            } catch (EOFException e) {
                return null;
            }
            byte[] request = in.readNBytes(in.readInt());
            boolean isError = in.readBoolean();
            byte[] bytes = in.readNBytes(in.readInt());
            Object answer = isError
                    ? new String(bytes, StandardCharsets.UTF_8)
                    : kind.response.getParserForType().parseFrom(bytes);
            return new Exchange(kind, request, answer);
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        EtcdRecorder recorder = new EtcdRecorder(arguments[0]);
        Random random = new Random(Long.parseLong(arguments[1]));
        try (DataOutputStream out =
                new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(Path.of(arguments[2]))))) {
            recorder.record(random, new RandomRequests(random, false), out);
        }
    }

    private void record(Random random, RandomRequests requests, DataOutputStream out)
            throws IOException, InterruptedException {
        long revision = 1;
        long compacted = -1;
        for (int i = 0; i < REQUESTS; i++) {
            int choice = random.nextInt(100);
            Exchange exchange;
            if (choice < 30) {
                exchange = ask(Kind.PUT, oneIn(random, 20) ? wrongPut(requests) : requests.put());
            } else if (choice < 40) {
                exchange = ask(Kind.DELETE, requests.delete());
            } else if (choice < 70) {
                exchange = ask(Kind.TXN, txn(random, requests, revision, compacted));
            } else if (choice < 97) {
                exchange = ask(Kind.RANGE, requests.range(revision, compacted));
            } else if (choice < 98) {
                long target = requests.revision(revision, compacted);
                exchange = ask(
                        Kind.COMPACT,
                        CompactionRequest.newBuilder().setRevision(target).build());
                compacted = exchange.answer() instanceof Message ? target : compacted;
            } else {
                long target = Math.min(revision, requests.revision(revision, compacted));
                exchange = hash(target <= compacted ? 0 : target); // 3.4 refuses the compacted one itself
            }
            exchange.write(out);
            if (exchange.answer() instanceof Message message) {
                revision = ((ResponseHeader) message.getField(header(message))).getRevision();
            }
        }
    }

    private static PutRequest wrongPut(RandomRequests requests) {
        return requests.put().toBuilder()
                .setIgnoreValue(true)
                .setValue(ByteString.copyFromUtf8("x"))
                .build();
    }

    /** Transactions of all kinds, but for those that are known to stop an etcd. */
    private static TxnRequest txn(Random random, RandomRequests requests, long revision, long compacted) {
        while (true) {
            TxnRequest txn =
                    oneIn(random, 4) ? requests.txn(revision, compacted, 3).build() : requests.txn(revision, compacted);
            boolean stopsEtcd = txn.toString().contains("ignore_") && deletesToTheEnd(txn);
            if (!stopsEtcd) {
                return txn;
            }
        }
    }

    private static boolean deletesToTheEnd(TxnRequest txn) {
        return deletesToTheEnd(txn.getSuccessList()) || deletesToTheEnd(txn.getFailureList());
    }

    private static boolean deletesToTheEnd(List<RequestOp> branch) {
        return branch.stream()
                .anyMatch(op -> op.getRequestDeleteRange().getRangeEnd().equals(TestStore.bytes("\0"))
                        || deletesToTheEnd(op.getRequestTxn()));
    }

    private static boolean oneIn(Random random, int bound) {
        return random.nextInt(bound) == 0;
    }

    private Exchange ask(Kind kind, Message request) throws IOException, InterruptedException {
        HttpRequest post = HttpRequest.newBuilder(URI.create("http://" + endpoint + "/v3/" + kind.path))
                .POST(HttpRequest.BodyPublishers.ofString(
                        JsonFormat.printer().preservingProtoFieldNames().print(request)))
                .build();
        HttpResponse<String> response = client.send(post, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            Matcher error =
                    Pattern.compile("\"message\":\"([^\"]*)\",\"code\":(\\d+)").matcher(response.body());
            if (!error.find()) {
                throw new IOException(response.body());
            }
            return new Exchange(kind, request.toByteArray(), error.group(2) + " " + error.group(1));
        }
        Message.Builder answer = kind.response.newBuilderForType();
        JsonFormat.parser().merge(response.body(), answer);
        ResponseHeader header = (ResponseHeader) answer.getField(header(answer));
        answer.setField(
                header(answer),
                ResponseHeader.newBuilder().setRevision(header.getRevision()).build());
        return new Exchange(kind, request.toByteArray(), answer.build());
    }

    /** The gateway of 3.4 does not have this call, its command line tool does. */
    private Exchange hash(long revision) throws IOException, InterruptedException {
        String[] command = {
            "etcdctl", "--endpoints", endpoint, "endpoint", "hashkv", "--rev", Long.toString(revision), "-w", "json"
        };
        Process process = new ProcessBuilder(command).start();
        String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher hash = Pattern.compile("\"revision\":(\\d+).*\"hash\":(\\d+),\"compact_revision\":(-?\\d+)")
                .matcher(json);
        if (!hash.find()) {
            throw new IOException(json);
        }
        HashKVResponse answer = HashKVResponse.newBuilder()
                .setHeader(ResponseHeader.newBuilder().setRevision(Long.parseLong(hash.group(1))))
                .setHash((int) Long.parseLong(hash.group(2)))
                .setCompactRevision(Long.parseLong(hash.group(3)))
                .build();
        HashKVRequest request = HashKVRequest.newBuilder().setRevision(revision).build();
        return new Exchange(Kind.HASH, request.toByteArray(), answer);
    }

    private static FieldDescriptor header(MessageOrBuilder message) {
        return message.getDescriptorForType().findFieldByName("header");
    }
}
