package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.Latchkey;
import dev.latchkey.client.model.Entry;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON is UTF-8, whatever the platform's charset is. */
final class JavaCharsetIT {
    private static final String TEXT = "\u043a\u043b\u044e\u0447 \ud83d\udd11 \u05de\u05e4\u05ea\u05d7 a\u0308";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"US-ASCII", "ISO-8859-1", "UTF-8", "UTF-16"})
    void textSurvives(String charset) {
        ServerExtension server = ServerExtension.shared(Engine.SQLITE);
        String name = Api.newName();

        String printed = JavaSdk.run(
                folder,
                List.of("-Dfile.encoding=" + charset, "-Dstdout.encoding=UTF-8"),
                InThatCharset.class.getName(),
                "http://127.0.0.1:" + server.port(),
                name);

        assertThat(printed.replace("\0", "")).contains(charset + " true");
        String token = server.api().logIn(name).access();
        assertThat(server.api().read(token, TEXT).body().at("/data/value").textValue())
                .isEqualTo(TEXT);
    }

    /** What runs in a JVM of that charset. */
    static final class InThatCharset {
        private InThatCharset() {}

        public static void main(String[] arguments) {
            Latchkey latchkey = new Latchkey(arguments[0]);
            latchkey.register(JavaClientTest.newUser(arguments[1]));
            latchkey.data().createEntry(new Entry().key(TEXT).value(TEXT));
            Entry entry = latchkey.data().readEntry(TEXT).getData();
            System.out.println(Charset.defaultCharset() + " "
                    + entry.equals(new Entry().key(TEXT).value(TEXT)));
        }
    }
}
