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

/** A password from a file, from standard input or from a prompt; never from an argument, which every user of the machine can see. */
final class GivenPassword {
    private static final String FILE = "password_file";

    /** More than the longest valid password has. */
    private static final int MAX_BYTES = 4096;

    private GivenPassword() {}

    static void addArgument(Subparser parser) {
        parser.addArgument("--password-file")
                .dest(FILE)
                .metavar("FILE")
                .help(
                        "contains the password; by default it is read from standard input, or from a prompt on a terminal");
    }

    /** The whole file or standard input, without a byte order mark and one final line end. A prompt asks twice. */
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
                        "the password cannot be asked for while the output is redirected: use --password-file"));
        Terminal.prompt(console, "New password: ");
        char[] password = console.readPassword();
        Terminal.prompt(console, "Repeat it: ");
        char[] again = console.readPassword();
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
                throw new Refusal("the password must not contain U+0000");
            }
            // Editors that write a byte order mark do not show it.
            return text.replaceFirst("\\A\uFEFF", "").replaceFirst("\r?\n\\z", "");
        } catch (CharacterCodingException e) {
            throw new Refusal("the password is not in UTF-8");
        }
    }
}
