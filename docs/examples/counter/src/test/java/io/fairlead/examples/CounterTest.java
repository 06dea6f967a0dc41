package io.fairlead.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of the README as three processes. */
@Timeout(180)
class CounterTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    Path directory;

    private final List<String> addresses = new ArrayList<>();
    private final Member[] members = new Member[4];

    /** A process of the program, and both ends of the talk with it. */
    private record Member(Process process, PrintStream in, BufferedReader out) {}

    @BeforeEach
    void findPorts() throws IOException {
        try (ServerSocket a = reserve();
                ServerSocket b = reserve();
                ServerSocket c = reserve()) {
            for (ServerSocket socket : List.of(a, b, c)) {
                addresses.add("127.0.0.1:" + socket.getLocalPort());
            }
        }
    }

    private static ServerSocket reserve() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void kill() throws InterruptedException {
        for (Member member : members) {
            if (member != null) {
                member.process().destroyForcibly().waitFor();
            }
        }
    }

    private ProcessBuilder program(Class<?> program, int me) {
        List<String> command = new ArrayList<>(List.of(
                JAVA, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), program.getName()));
        command.add(Integer.toString(me));
        command.addAll(addresses);
        return new ProcessBuilder(command).directory(directory.toFile());
    }

    private void start(Class<?> program, int me) throws IOException {
        File log = directory.resolve("log-" + me).toFile();
        Process process =
                program(program, me).redirectError(ProcessBuilder.Redirect.appendTo(log)).start();
        members[me] = new Member(process, new PrintStream(process.getOutputStream(), true), process.inputReader());
    }

    /** Has {@code me} add a number, and tells the leader. */
    private int add(int me, long number, long expectedSum) throws IOException {
        members[me].in().println(number);
        String answer = members[me].out().readLine();
        String[] parts = answer.split(", leader ");
        assertEquals("sum " + expectedSum, parts[0]);
        return Integer.parseInt(parts[1]);
    }

    @ParameterizedTest
    @ValueSource(classes = {Counter.class, CountOnce.class})
    void it_counts_on_when_the_leader_is_killed(Class<?> program) throws Exception {
        for (int me = 1; me <= 3; me++) {
            start(program, me);
        }
        add(1, 5, 5);
        add(2, 6, 11);
        int leader = add(3, 7, 18);

        members[leader].process().destroyForcibly().waitFor();
        int survivor = leader % 3 + 1;
        int other = survivor % 3 + 1;
        add(survivor, 100, 118);
        assertNotEquals(leader, add(other, 1000, 1118));

        start(program, leader);
        add(leader, 10_000, 11_118);
    }

    @Test
    void it_says_what_to_change() throws Exception {
        Process process = program(Counter.class, 4).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertNotEquals(0, process.waitFor());
        assertTrue(output.contains("member 4 is none of the members 1, 2, 3: add it to the membership"), output);
    }
}
