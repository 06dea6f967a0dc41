package io.fairlead.raft.netty;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** An authority and certificates signed by it, as PEM files. */
final class Certificates {
    private final Path directory;
    private final String name;
    private final X509Bundle authority;

    private Certificates(Path directory, String name, X509Bundle authority) {
        this.directory = directory;
        this.name = name;
        this.authority = authority;
    }

    /** A new authority; its files are named after it. */
    static Certificates authority(Path directory, String name) throws Exception {
        X509Bundle authority = builder(name).setIsCertificateAuthority(true).buildSelfSigned();
        Certificates certificates = new Certificates(directory, name, authority);
        Files.writeString(certificates.pem(name), authority.getCertificatePEM());
        return certificates;
    }

    /** A key whose certificate this authority signs. */
    void sign(String member, UnaryOperator<CertificateBuilder> alternativeName) throws Exception {
        X509Bundle bundle = alternativeName.apply(builder(member)).buildIssuedBy(authority);
        Files.writeString(pem(member), bundle.getCertificatePEM());
        Files.writeString(key(member), bundle.getPrivateKeyPEM());
    }

    /** The certificate of a member, or of the authority itself. */
    Path pem(String member) {
        return directory.resolve(member + ".pem");
    }

    /** The private key of a member. */
    Path key(String member) {
        return directory.resolve(member + ".key");
    }

    /** The certificate that members of this authority trust. */
    Path trusted() {
        return pem(name);
    }

    private static CertificateBuilder builder(String commonName) {
        return new CertificateBuilder().ecp256().subject("CN=" + commonName);
    }
}
