package dev.latchkey.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.testing.SettableClock;
import dev.latchkey.testing.TestAuthority;
import dev.latchkey.testing.TestAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which files can be used, and which ones become the certificate that is served. */
final class CertificateReloadTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final Issued FIRST = AUTHORITY.issue("EC", 90, "localhost");
    private static final Issued SECOND = AUTHORITY.issue("EC", 90, "localhost", "127.0.0.1");
    private static final Issued OLD = AUTHORITY.issue("EC", Duration.ofDays(-9), Duration.ofDays(-1));
    private static final Issued FUTURE = AUTHORITY.issue("EC", Duration.ofDays(1), Duration.ofDays(9));
    private static final Issued RSA = AUTHORITY.issue("RSA", 90, "localhost");
    private static final String GARBAGE = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";

    private final TlsFiles files = TlsFiles.inTarget(FIRST);
    private final SettableClock clock = new SettableClock(Instant.now());
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private CertificateReload reload;

    @BeforeEach
    void start() throws Exception {
        reload = new CertificateReload(files.settings(), factory, clock);
        factory.start();
    }

    @AfterEach
    void stop() throws Exception {
        factory.stop();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            reload.look();
        }
    }

    @Test
    void aNewPairIsServedOnceItHasBeenTheSameTwice() throws IOException {
        SSLContext before = factory.getSslContext();
        files.write(SECOND.chain(), SECOND.pkcs8());
        look(1);
        assertThat(factory.getSslContext()).isSameAs(before);
        look(1);
        assertThat(factory.getSslContext()).isNotSameAs(before);
        assertThat(reload.current().names()).containsExactly("localhost", "127.0.0.1");

        SSLContext second = factory.getSslContext();
        look(10);
        assertThat(factory.getSslContext()).isSameAs(second);
        assertThat(reload.isWell()).isTrue();
    }

    /** It may take as long as it likes: the old pair stays, and it is reported. */
    @Test
    void betweenOneNewFileAndTheOtherTheOldPairIsServed() throws IOException {
        SSLContext before = factory.getSslContext();
        Files.writeString(files.certificate(), SECOND.chain());
        look(5);
        assertThat(reload.isWell()).isTrue();
        look(1);
        assertThat(reload.isWell()).isFalse();
        assertThat(factory.getSslContext()).isSameAs(before);

        Files.writeString(files.key(), SECOND.pkcs8());
        look(2);
        assertThat(reload.isWell()).isTrue();
        assertThat(factory.getSslContext()).isNotSameAs(before);
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                Arguments.of("", SECOND.pkcs8(), "tls.certificate has no certificate in it"),
                Arguments.of(GARBAGE, SECOND.pkcs8(), "tls.certificate is damaged"),
                Arguments.of(
                        GARBAGE.replace("!!!", "AAAA"),
                        SECOND.pkcs8(),
                        "tls.certificate holds a certificate that cannot be read"),
                Arguments.of(SECOND.chain().substring(0, 300), SECOND.pkcs8(), "tls.certificate is damaged"),
                Arguments.of(SECOND.chain(), "", "tls.key has no private key in it"),
                Arguments.of(SECOND.chain(), SECOND.chain(), "tls.key has no private key in it"),
                Arguments.of(SECOND.chain(), FIRST.pkcs8(), "tls.key is not the key of the first certificate"),
                Arguments.of(SECOND.chain(), RSA.pkcs8(), "tls.key is not the key of tls.certificate"),
                Arguments.of(
                        SECOND.chain(),
                        SECOND.pkcs8().replace("PRIVATE", "ENCRYPTED PRIVATE"),
                        "tls.key has a passphrase"),
                Arguments.of(
                        SECOND.chain(),
                        RSA.traditional().replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\n\n"),
                        "tls.key has a passphrase"),
                Arguments.of(
                        SECOND.chain(),
                        SECOND.pkcs8().replace("PRIVATE", "DSA PRIVATE"),
                        "tls.key is of a kind that is not known"),
                Arguments.of(
                        SECOND.chain(),
                        SECOND.pkcs8().replace(" PRIVATE", " EC PRIVATE"),
                        "tls.key holds no key that can be read"),
                Arguments.of(
                        SECOND.chain() + FIRST.chain(),
                        SECOND.pkcs8(),
                        "tls.certificate is not in order: certificate 3"),
                Arguments.of(OLD.chain(), OLD.pkcs8(), "tls.certificate expired at"),
                Arguments.of(FUTURE.chain(), FUTURE.pkcs8(), "tls.certificate is only good from"));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void whatCannotBeUsedChangesNothing(String chain, String key, String why) throws IOException {
        SSLContext before = factory.getSslContext();
        files.write(chain, key);
        look(7);
        assertThat(factory.getSslContext()).isSameAs(before);
        assertThat(reload.isWell()).isFalse();
        assertThat(reload.complaint()).startsWith(why);
        assertThat(reload.complaint()).doesNotContain("-----", "null");

        files.write(FIRST.chain(), FIRST.pkcs8());
        look(1);
        assertThat(reload.isWell()).isTrue();
    }

    @Test
    void filesThatAreGoneChangeNothing() throws IOException {
        Files.delete(files.key());
        look(7);
        assertThat(reload.isWell()).isFalse();
        assertThat(reload.complaint())
                .startsWith("tls.key cannot be read: ")
                .contains("privkey.pem: it does not exist");
    }

    /** A clock that is behind has the new certificate wait, and not for ever. */
    @Test
    void oneThatIsNotGoodYetIsServedOnceItIs() throws IOException {
        files.write(FUTURE.chain(), FUTURE.pkcs8());
        look(2);
        assertThat(reload.current().names()).containsExactly("localhost");
        clock.set(Instant.now().plus(Duration.ofDays(2)));
        look(1);
        assertThat(reload.current().names()).isEmpty();
    }

    @Test
    void complainsWhenWhatIsServedExpires() {
        assertThat(reload.isWell()).isTrue();
        clock.set(Instant.now().plus(Duration.ofDays(100)));
        look(1);
        assertThat(reload.isWell()).isFalse();
    }

    static Stream<Arguments> keys() {
        Issued edwards = AUTHORITY.issue("Ed25519", 90, "localhost");
        String before =
                "Bag Attributes\n    friendlyName: x\n-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        return Stream.of(
                Arguments.of(FIRST.chain(), FIRST.pkcs8()),
                Arguments.of(FIRST.chain(), FIRST.traditional()),
                Arguments.of(FIRST.chain(), before + FIRST.traditional()),
                Arguments.of(FIRST.chain(), FIRST.pkcs8().replace("\n", "\r\n")),
                Arguments.of(RSA.chain(), RSA.pkcs8()),
                Arguments.of(RSA.chain(), RSA.traditional()),
                Arguments.of(edwards.chain(), edwards.pkcs8()),
                // As HAProxy has them: all in one file.
                Arguments.of(RSA.chain() + RSA.pkcs8(), RSA.pkcs8() + RSA.chain()));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void readsWhatProgramsWrite(String chain, String key) {
        assertThat(ServerCertificate.of(new PemFiles(chain, key)).names()).containsExactly("localhost");
    }

    @Test
    void doesNotStartWithoutFiles() throws IOException {
        Files.delete(files.certificate());
        assertThatThrownBy(() -> new CertificateReload(files.settings(), factory, clock))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("tls.certificate cannot be read: ");
    }
}
