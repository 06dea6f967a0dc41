package io.fairlead.raft.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.raft.InvalidConfigException;
import io.fairlead.raft.message.Heartbeat;
import io.fairlead.raft.message.RaftMessage;
import io.fairlead.raft.netty.Nodes.Node;
import io.fairlead.raft.netty.codec.Samples;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that show each other certificates. */
class TlsTest {
    @Test
    void members_of_one_authority_talk_and_others_do_not(@TempDir Path directory) throws Exception {
        Certificates ours = Certificates.authority(directory, "authority");
        ours.sign("local", builder -> builder.addSanIpAddress("127.0.0.1"));
        ours.sign("elsewhere", builder -> builder.addSanDnsName("elsewhere.example"));
        Certificates theirs = Certificates.authority(directory, "stranger");
        theirs.sign("intruder", builder -> builder.addSanIpAddress("127.0.0.1"));
        Tls local = tls(ours, "local", true);
        try (Nodes nodes = new Nodes()) {
            Node one = nodes.start(1, options -> options.tls(local));
            Node two = nodes.start(2, options -> options.tls(local));

            assertEveryMessageArrives(one, two);
            assertStrangersAreKeptOut(nodes, two, theirs, ours);
            assertHostNamesCount(nodes, one, ours);
        }
    }

    private static void assertEveryMessageArrives(Node one, Node two) throws InterruptedException {
        one.knows(two);
        one.awaitConnects(2);
        TreeSet<String> sent = new TreeSet<>();
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            RaftMessage message = i < 17 ? Samples.fixed().get(i) : Samples.random(random);
            sent.add(Samples.textOf(message));
            one.send(message);
        }

        TreeSet<String> received = new TreeSet<>();
        for (int i = 0; i < 500; i++) {
            received.add(Samples.textOf(two.next()));
        }
        assertThat(received).isEqualTo(sent);
    }

    private static void assertStrangersAreKeptOut(Nodes nodes, Node two, Certificates theirs, Certificates ours)
            throws Exception {
        Tls intruder = Tls.ofPem(theirs.pem("intruder"), theirs.key("intruder"), ours.trusted(), true);
        Node three = nodes.start(3, options -> options.tls(intruder));
        Node four = nodes.start(4);
        long accepted = two.stats().accepted();
        long malformed = two.stats().malformedFrames();

        three.knows(two);
        four.knows(two);

        Nodes.await(
                "the intruder to be turned away",
                () -> three.stats().connectFailures() + three.stats().connectionsLost() >= 2);
        Nodes.await("the one without TLS to be turned away", () -> four.stats().connectFailures() >= 2);
        Nodes.await("both to be counted", () -> two.stats().malformedFrames() >= malformed + 2);
        try (Socket socket = RawPeer.dial(two.address())) {
            socket.getOutputStream().write(RawPeer.bytesOf(RawPeer.hello(1, 2)));
            RawPeer.awaitClose(socket);
        }
        assertThat(two.stats().accepted()).isEqualTo(accepted);
    }

    private static void assertHostNamesCount(Nodes nodes, Node one, Certificates ours) throws InterruptedException {
        Tls elsewhere = tls(ours, "elsewhere", false);
        Node five = nodes.start(5, options -> options.tls(elsewhere));
        long failures = one.stats().connectFailures();
        long connects = one.stats().connects();

        one.knows(five);
        five.knows(one);

        Nodes.await(
                "a certificate for another host to be refused",
                () -> one.stats().connectFailures() >= failures + 2);
        assertThat(one.stats().connects()).isEqualTo(connects);
        five.awaitConnects(2);
        five.send(new Heartbeat(5, 1, 1, 1, 1, 1));
        assertThat(one.next()).isEqualTo(new Heartbeat(5, 1, 1, 1, 1, 1));
    }

    private static Tls tls(Certificates authority, String member, boolean checkHostNames) {
        return Tls.ofPem(authority.pem(member), authority.key(member), authority.trusted(), checkHostNames);
    }

    @Test
    void files_that_cannot_be_used_are_named(@TempDir Path directory) {
        Path missing = directory.resolve("missing.pem");

        assertThatThrownBy(() -> Tls.ofPem(missing, missing, missing, true))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("certificate chain")
                .hasMessageContaining("private key")
                .hasMessageContaining("trusted authorities");
    }
}
