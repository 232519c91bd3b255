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
        return "Creates a new key that signs access tokens from now on; servers may keep running";
    }

    @Override
    public void addArguments(Subparser parser) {
        parser.addArgument("--" + REVOKE)
                .action(Arguments.storeTrue())
                .help("delete all other keys, so that all access tokens issued so far are refused");
    }

    @Override
    public String run(Namespace arguments, StoredSigningKeys keys, Validator validator) {
        return arguments.getBoolean(REVOKE)
                ? "all access tokens issued so far are refused; new ones are signed with the key " + keys.replace()
                : "access tokens are now signed with the key " + keys.rotate() + "; tokens of older keys stay valid";
    }
}
