package dev.latchkey;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * Loads the classes that a start needs on a thread of its own, in the order in which the start needs them and ahead of it. Most of a
 * start is the loading of thousands of classes, one after the other, on one processor.
 *
 * <p>The classes are loaded and verified, but not initialized, so nothing in them runs earlier or in another order than without this.
 * Names that are missing in the list cost time, and names that exist no longer cost nothing.
 */
final class StartClasses {
    /** One line a package: its name, and the classes in it. StartClassesIT says when and how to make it again. */
    static final String LIST = "/META-INF/latchkey/start-classes";

    private StartClasses() {}

    /** Begins to load them if the arguments start a server, and there is a second processor, without which it is of no use. */
    static void preload(String... arguments) {
        boolean isStart = arguments.length > 0 && arguments[0].equals("server");
        if (isStart && Runtime.getRuntime().availableProcessors() > 1) {
            Thread loader = new Thread(StartClasses::load, "start-classes");
            loader.setDaemon(true);
            loader.start();
        }
    }

    private static void load() {
        ClassLoader loader = StartClasses.class.getClassLoader();
        for (String name : names()) {
            try {
                // To ask a class for its members links it, and that is when it is verified.
                var unused = Class.forName(name, false, loader).getDeclaredConstructors();
            } catch (ClassNotFoundException | LinkageError e) {
                // Whoever needs the class gets the same error, and reports it.
            }
        }
    }

    /** The names of the classes in the list. No lambda: the first of them loads many classes. */
    static List<String> names() {
        List<String> names = new ArrayList<>();
        try (InputStream list = StartClasses.class.getResourceAsStream(LIST)) {
            String text = new String(list.readAllBytes(), StandardCharsets.US_ASCII);
            for (StringTokenizer lines = new StringTokenizer(text, "\n"); lines.hasMoreTokens(); ) {
                StringTokenizer words = new StringTokenizer(lines.nextToken(), " ");
                String name = words.nextToken();
                while (words.hasMoreTokens()) {
                    names.add(name + "." + words.nextToken());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }
}
