package dev.latchkey.cli;

import dev.latchkey.server.database.Failures;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** A password from a file, from standard input or typed unseen; not from an argument, which everybody on the machine can see. */
final class GivenPassword {
    private static final String FILE = "password_file";

    /** More than any password that is taken has. */
    private static final int MAX_BYTES = 4096;

    private GivenPassword() {}

    static void addArgument(Subparser parser) {
        parser.addArgument("--password-file")
                .dest(FILE)
                .metavar("FILE")
                .help("holds the password; without it, the password is read from standard input, or asked for");
    }

    /** All of the file or of standard input but one byte order mark and one line end; what is typed is asked for twice. */
    static String read(Namespace arguments) {
        String file = arguments.getString(FILE);
        if (file != null) {
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                return text(in.readNBytes(MAX_BYTES));
            } catch (IOException e) {
                throw new Refusal("the password file cannot be read: " + Failures.rootMessage(e));
            }
        }
        if (Terminal.isAt(Terminal.INPUT)) {
            return typed();
        }
        try {
            return text(System.in.readNBytes(MAX_BYTES));
        } catch (IOException e) {
            throw new Refusal("the password cannot be read from standard input: " + Failures.rootMessage(e));
        }
    }

    private static String typed() {
        Console console = Terminal.console()
                .orElseThrow(() -> new Refusal(
                        "no password can be typed unseen while the output goes elsewhere: use" + " --password-file"));
        char[] password = console.readPassword("New password: ");
        char[] again = console.readPassword("Once more: ");
        if (password == null || again == null) {
            throw new Refusal("no password was given");
        }
        String text = new String(password);
        if (CommandLine.isUnreadable(text)) {
            throw new Refusal("what was typed " + CommandLine.cannotBeRead());
        }
        if (!text.equals(new String(again))) {
            throw new Refusal("the two passwords differ");
        }
        return text;
    }

    private static String text(byte[] bytes) throws IOException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') >= 0) {
                throw new Refusal("the password must not hold U+0000");
            }
            // Editors that put a byte order mark before a text do not show it.
            return text.replaceFirst("\\A\uFEFF", "").replaceFirst("\r?\n\\z", "");
        } catch (CharacterCodingException e) {
            throw new Refusal("the password is not in UTF-8");
        }
    }
}
