package dev.latchkey.cli;

import dev.latchkey.server.database.DatabaseException;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.database.StoreCopy;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class CopyOperation implements StoreOperation {
    private static final String TO = "to";
    private static final String TO_USER = "to_user";
    static final String PASSWORD_VARIABLE = "LATCHKEY_TO_PASSWORD";
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("[?&](ssl)?password=|//[^/?]*:[^/?]*@");

    @Override
    public String name() {
        return "copy-store";
    }

    @Override
    public String description() {
        return "Copies the whole store to an empty database; stop the server first";
    }

    @Override
    public void addArguments(Subparser parser) {
        parser.addArgument("--" + TO).dest(TO).metavar("URL").required(true).help("as database.url");
        parser.addArgument("--to-user")
                .dest(TO_USER)
                .metavar("USER")
                .help("PostgreSQL's user; its password comes from the environment variable " + PASSWORD_VARIABLE);
    }

    @Override
    public void run(Namespace arguments, DatabaseSettings store, Validator validator) {
        String url = SettingValue.given("--to", arguments.getString(TO));
        if (url == null) {
            throw new Refusal("--to is empty");
        }
        if (PASSWORD_IN_URL.matcher(url).find()) {
            throw new DatabaseException(
                    "--to must not contain a password, which other users of this machine could see: set "
                            + PASSWORD_VARIABLE);
        }
        DatabaseSettings target = store.elsewhere(
                url,
                SettingValue.given("--to-user", arguments.getString(TO_USER)),
                SettingValue.given(PASSWORD_VARIABLE, password()));
        for (ConstraintViolation<DatabaseSettings> violation : validator.validate(target)) {
            throw new DatabaseException("--to " + violation.getMessage());
        }
        List<StoreCopy.CopiedTable> copied;
        try (ProgressBar progress = ProgressBar.onStandardError()) {
            copied = StoreCopy.run(store, target, progress);
        }
        for (StoreCopy.CopiedTable table : copied) {
            print(table);
        }
        System.out.println(store.address() + " is copied to " + target.address());
    }

    static void print(StoreCopy.CopiedTable table) {
        System.out.printf(Locale.ROOT, "%-20s %12d rows  sha256 %s%n", table.name(), table.rows(), table.sha256());
    }

    private static String password() {
        return new Variables(System.getenv())
                .read(PASSWORD_VARIABLE)
                .map(Variables.Value::text)
                .orElse(null);
    }
}
