package dev.latchkey.cli;

import dev.latchkey.keys.StoredSigningKeys;
import jakarta.validation.Validator;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class RotateKeysOperation implements ServiceOperation<StoredSigningKeys> {
    private static final String REVOKE = "revoke";

    @Override
    public String name() {
        return "rotate-keys";
    }

    @Override
    public String description() {
        return "Makes a new key that signs access tokens from now on, while servers run";
    }

    @Override
    public void addArguments(Subparser parser) {
        parser.addArgument("--" + REVOKE)
                .action(Arguments.storeTrue())
                .help("delete all other keys, so that no access token that is around stays good");
    }

    @Override
    public String run(Namespace arguments, StoredSigningKeys keys, Validator validator) {
        return arguments.getBoolean(REVOKE)
                ? "every access token is void; new ones are signed with the key " + keys.replace()
                : "access tokens are now signed with the key " + keys.rotate() + "; those of older keys stay good";
    }
}
