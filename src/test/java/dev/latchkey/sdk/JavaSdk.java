package dev.latchkey.sdk;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.latchkey.client.Latchkey;
import dev.latchkey.testing.Program;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs with the Java SDK and what it needs, and nothing else, in a JVM of their own. */
public final class JavaSdk {
    private JavaSdk() {}

    /** What the program prints. It is a class of the tests, or a source file; options are those of the JVM. */
    public static String run(Path folder, List<String> options, String... programAndArguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // No program lives long enough for the better compiler to pay.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", classpath()));
        command.addAll(List.of(programAndArguments));
        return Program.run(folder, Map.of("LC_ALL", "C"), command).succeeded();
    }

    private static String classpath() {
        return Stream.of(
                        Latchkey.class, ObjectMapper.class, JsonFactory.class, JsonProperty.class, JavaTimeModule.class)
                .map(JavaSdk::place)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
