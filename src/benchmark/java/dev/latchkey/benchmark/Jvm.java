package dev.latchkey.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another JVM with the classes of this one. */
final class Jvm {
    private Jvm() {}

    static ProcessBuilder of(Class<?> main, String... arguments) {
        return of(List.of("-cp", System.getProperty("java.class.path"), main.getName()), arguments);
    }

    /** {@code options} are those of Java. */
    static ProcessBuilder of(List<String> options, Class<?> main, String... arguments) {
        ProcessBuilder builder = of(main, arguments);
        builder.command().addAll(1, options);
        return builder;
    }

    /** With the classes of a jar instead. */
    static ProcessBuilder ofJar(Path jar, String... arguments) {
        return ofJar(List.of(), jar, arguments);
    }

    /** {@code options} are those of Java. */
    static ProcessBuilder ofJar(List<String> options, Path jar, String... arguments) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("-jar", jar.toString()));
        return of(all, arguments);
    }

    /** {@code options} are those of Java, with what names the program. */
    static ProcessBuilder of(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }
}
