package dev.latchkey.credentials.recovery;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client sends to show that it has read a mail. What is absent is null.
 *
 * @param token of the link
 * @param email to which the code was sent
 * @param code of the mail
 */
record ShownProof(String token, String email, String code) {

    /**
     * Takes the token; or the code, with the address or of the caller.
     *
     * @param callerId null if there is no caller
     * @throws Problem INVALID_REQUEST for anything else, INVALID_TOKEN for a code that nothing says whose it is, or INVALID_CODE for what
     *     cannot be a code
     */
    Proof ofMailboxOrCaller(String callerId) {
        if (token == null && code != null && email == null) {
            if (callerId == null) {
                throw Problem.tokenMissing();
            }
            return Proof.ofCode(callerId, parsed());
        }
        return ofMailbox();
    }

    /**
     * Takes the token, or the code with the address.
     *
     * @throws Problem INVALID_REQUEST for anything else, or INVALID_CODE for what cannot be a code
     */
    Proof ofMailbox() {
        List<InvalidField> wrong = new ArrayList<>();
        if (token != null) {
            refuseBeside("code", code, wrong);
            refuseBeside("email", email, wrong);
        } else {
            requireWithoutToken("code", code, wrong);
            requireWithoutToken("email", email, wrong);
        }
        if (!wrong.isEmpty()) {
            throw new Problem(ErrorCode.INVALID_REQUEST, wrong);
        }
        return token != null ? Proof.ofToken(token) : Proof.ofCode(MailboxKey.of(email), parsed());
    }

    private static void refuseBeside(String name, String value, List<InvalidField> wrong) {
        if (value != null) {
            wrong.add(new InvalidField(name, "must not be sent with token"));
        }
    }

    private static void requireWithoutToken(String name, String value, List<InvalidField> wrong) {
        if (value == null) {
            wrong.add(new InvalidField(name, "must be sent where token is not"));
        }
    }

    private MailCode parsed() {
        return MailCode.parse(code).orElseThrow(() -> new Problem(ErrorCode.INVALID_CODE));
    }

    /** Leaves all of it out. */
    @Override
    public String toString() {
        return "ShownProof[]";
    }
}
