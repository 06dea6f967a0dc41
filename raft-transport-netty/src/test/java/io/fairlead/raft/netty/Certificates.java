package io.fairlead.raft.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An authority and certificates signed by it, made by the JDK's keytool. */
final class Certificates {
    private static final String PASSWORD = "password";

    private final Path directory;
    private final String name;

    private Certificates(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /** A new authority; its files are named after it. */
    static Certificates authority(Path directory, String name) throws Exception {
        Certificates authority = new Certificates(directory, name);
        keytool(authority.genkeypair(name, "bc:c"));
        writePem(
                authority.pem(name),
                "CERTIFICATE",
                keyStore(authority.store(name)).getCertificate(name).getEncoded());
        return authority;
    }

    /** A key whose certificate this authority signs. */
    void sign(String member, String alternativeName) throws Exception {
        keytool(genkeypair(member, "san=" + alternativeName));
        Path request = directory.resolve(member + ".csr");
        Path signed = directory.resolve(member + ".crt");
        keytool(on(member, "-certreq", "-file", request));
        keytool(on(name, "-gencert", "-rfc", "-ext", "san=" + alternativeName, "-infile", request, "-outfile", signed));
        KeyStore store = keyStore(store(member));
        writePem(
                key(member),
                "PRIVATE KEY",
                store.getKey(member, PASSWORD.toCharArray()).getEncoded());
        Files.copy(signed, pem(member));
    }

    /** The certificate of a member, or of the authority itself. */
    Path pem(String member) {
        return directory.resolve(member + ".pem");
    }

    /** The private key of a member. */
    Path key(String member) {
        return directory.resolve(member + ".key");
    }

    private Path store(String member) {
        return directory.resolve(member + ".p12");
    }

    private List<Object> genkeypair(String member, String extension) {
        return on(
                member,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + member,
                "-ext",
                extension);
    }

    private List<Object> on(String member, Object... command) {
        List<Object> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("-alias", member, "-keystore", store(member), "-storepass", PASSWORD));
        return arguments;
    }

    private static KeyStore keyStore(Path file) throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    private static void writePem(Path file, String type, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
    }

    private static void keytool(List<Object> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        arguments.forEach(argument -> command.add(argument.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }
}
