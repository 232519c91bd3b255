package dev.latchkey.login;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.credentials.CredentialsRoom;
import dev.latchkey.credentials.recovery.EmailLogIns;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.sessions.SessionGrant;
import dev.latchkey.sessions.Sessions;

/** Gives tokens for what was mailed to the user. */
final class EmailLogIn {
    private final EmailLogIns mails;
    private final Sessions sessions;
    private final CredentialsRoom credentials;
    private final TokenPairs tokenPairs;
    private final Outcomes outcomes;

    EmailLogIn(
            EmailLogIns mails,
            Sessions sessions,
            CredentialsRoom credentials,
            TokenPairs tokenPairs,
            Outcomes outcomes) {
        this.mails = mails;
        this.sessions = sessions;
        this.credentials = credentials;
        this.tokenPairs = tokenPairs;
        this.outcomes = outcomes;
    }

    /**
     * What was mailed, and the device that asked for it.
     *
     * @param token of the link; null if there is a code
     * @param code null if there is a token
     */
    record Mailed(String deviceToken, String token, String code) {

        /** Leaves all of it out. */
        @Override
        public String toString() {
            return "Mailed[]";
        }
    }

    /**
     * Sends a mail, if anybody has the address.
     *
     * @return what the device keeps
     * @throws Problem TOO_MANY_REQUESTS
     */
    String request(String email, Visitor visitor) {
        return mails.request(email, visitor.language(), visitor.client());
    }

    /** How many seconds a code is good, from when its mail is sent. */
    int lifetime() {
        return Math.toIntExact(mails.lifetime().toSeconds());
    }

    /**
     * Logs a user in.
     *
     * @param refreshable whether to give a refresh token as well
     * @throws Problem INVALID_CODE or TOO_MANY_REQUESTS
     */
    TokenPair start(Mailed mailed, boolean refreshable, Visitor visitor) {
        return outcomes.ofLogIn(() -> mails.counted(visitor.client(), () -> {
            Authentication user = mails.confirm(mailed.deviceToken(), mailed.token(), mailed.code());
            // Empty if the password was changed, or the account disabled, a moment ago; the code is used up.
            SessionGrant session = sessions.start(user.userId(), user.passwordVersion(), refreshable, visitor.origin())
                    .orElseThrow(() -> new Problem(ErrorCode.INVALID_CODE));
            credentials.remember(user.userId(), visitor.client());
            return tokenPairs.issue(session);
        }));
    }
}
