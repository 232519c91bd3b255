package dev.latchkey.client;

import dev.latchkey.client.model.Credentials;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.NewUser;
import dev.latchkey.client.model.User;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A client of a Latchkey server, for one user at a time. It keeps the tokens of the log-in, refreshes them when they expire, and retries
 * calls if the server is too busy.
 *
 * <p>Every failure is a {@link LatchkeyException}. A client can be used by many threads.
 */
public final class Latchkey {
    private final Session session;
    private final UsersApi users;
    private final TokensApi tokens;
    private final SessionsApi sessions;
    private final AccountApi account;
    private final DataStore data;
    private final ChangesApi changes;
    private final SigningKeysApi signingKeys;
    private final HealthApi health;
    private final EmailVerifications email;
    private final PasswordResets passwordReset;
    private final EmailLogIns emailLogIn;

    /**
     * A client with the default options.
     *
     * @param url where the server is, such as {@code https://accounts.example.com}
     */
    public Latchkey(String url) {
        this(url, new LatchkeyOptions());
    }

    /**
     * A client.
     *
     * @param url where the server is, such as {@code https://accounts.example.com}
     * @param options the options; the client ignores later changes to them
     */
    public Latchkey(String url, LatchkeyOptions options) {
        Attempts attempts = new Attempts(new Transport(url, options), options);
        this.session = new Session(attempts, options);
        Calls calls = new Calls(attempts, session);
        this.users = new UsersApi(calls);
        this.tokens = new TokensApi(calls);
        this.sessions = new SessionsApi(calls);
        this.account = new AccountApi(calls);
        this.data = new DataStore(calls, new Feeds(attempts, session, options.silence()));
        this.changes = new ChangesApi(calls);
        this.signingKeys = new SigningKeysApi(calls);
        this.health = new HealthApi(calls);
        this.email = new EmailVerifications(calls);
        this.passwordReset = new PasswordResets(calls);
        this.emailLogIn = new EmailLogIns(calls, session);
    }

    /**
     * Creates an account and logs in to it.
     *
     * @param user the account to create
     * @return the user as registered
     * @throws LatchkeyException if either fails; if only the log-in fails, the account exists, as with EMAIL_NOT_VERIFIED where the operator demands
     *     a verified address
     */
    public User register(NewUser user) {
        User registered = users.registerUser(user).getData();
        logIn(user.getUsername(), user.getPassword());
        return registered;
    }

    /**
     * Logs in; from now on, calls are made as this user.
     *
     * @param username the username, in any case
     * @param password the password, exactly as it was set
     * @throws LatchkeyException if it fails; then an earlier log-in stays
     */
    public void logIn(String username, String password) {
        Credentials credentials =
                new Credentials().username(username).password(password).refresh(true);
        session.begin(username, () -> tokens.createToken(credentials).getData());
    }

    /**
     * Ends the session on the server and deletes its tokens.
     *
     * @throws LatchkeyException if the server could not be told; the tokens are deleted nevertheless
     */
    public void logOut() {
        Session.Held held = session.held();
        try {
            if (held.isThere()) {
                tokens.logOut();
            }
        } catch (LatchkeyException e) {
            if (e.getCode() != ErrorCode.INVALID_TOKEN && e.getCode() != ErrorCode.INVALID_REFRESH_TOKEN) {
                throw e;
            }
            // The session has ended already.
        } finally {
            session.forget(held);
        }
    }

    /**
     * Whether there are tokens of a log-in. The server may refuse them.
     *
     * @return whether there are
     */
    public boolean isLoggedIn() {
        return session.held().isThere();
    }

    /**
     * The username of the log-in, if the client knows it.
     *
     * @return empty if nobody is
     */
    public Optional<String> username() {
        return session.username();
    }

    /**
     * Calls the listener after a log-in (with the username) or a log-out (with an empty value), by a call or because the session has
     * ended. It runs in the thread of that call, which does not fail if the listener does.
     *
     * @param listener what to call
     * @return removes the listener when run
     */
    public Runnable onChange(Consumer<Optional<String>> listener) {
        return session.listen(listener);
    }

    /**
     * The user's private key-value store.
     *
     * @return its operations, and short ways to use them
     */
    public DataStore data() {
        return data;
    }

    /**
     * What has changed in the user's data since a revision, page by page. {@link DataStore#changes} follows it by itself.
     *
     * @return its operations
     */
    public ChangesApi changes() {
        return changes;
    }

    /**
     * The user's own account.
     *
     * @return its operations
     */
    public AccountApi account() {
        return account;
    }

    /**
     * Where the user is logged in.
     *
     * @return its operations
     */
    public SessionsApi sessions() {
        return sessions;
    }

    /**
     * Tokens, for programs that keep them themselves. {@link #logIn} and refreshing keep them in this client.
     *
     * @return its operations
     */
    public TokensApi tokens() {
        return tokens;
    }

    /**
     * Accounts. {@link #register} also logs in.
     *
     * @return its operations
     */
    public UsersApi users() {
        return users;
    }

    /**
     * The public keys with which other services verify access tokens.
     *
     * @return its operations
     */
    public SigningKeysApi signingKeys() {
        return signingKeys;
    }

    /**
     * Whether the server runs and is ready. One that is not ready is a {@link LatchkeyException} with the code NOT_READY.
     *
     * @return its operations
     */
    public HealthApi health() {
        return health;
    }

    /**
     * Proves that a user reads the mail of an address.
     *
     * @return its operations, and short ways to use them
     */
    public EmailVerifications email() {
        return email;
    }

    /**
     * Lets a user back in who has lost the password.
     *
     * @return its operations, and short ways to use them
     */
    public PasswordResets passwordReset() {
        return passwordReset;
    }

    /**
     * Logs in without a password, by a code from a mail.
     *
     * @return its operations, and short ways to use them
     */
    public EmailLogIns emailLogIn() {
        return emailLogIn;
    }
}
