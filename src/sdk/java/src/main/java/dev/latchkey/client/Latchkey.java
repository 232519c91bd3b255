package dev.latchkey.client;

import dev.latchkey.client.model.Credentials;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.NewUser;
import dev.latchkey.client.model.User;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A client of a Latchkey server, for one user at a time. It keeps the tokens of the log-in, refreshes them when they expire, and repeats
 * what the server was too busy for.
 *
 * <p>Everything that fails throws {@link LatchkeyException}. One client can be used by many threads.
 */
public final class Latchkey {
    private final Session session;
    private final UsersApi users;
    private final TokensApi tokens;
    private final SessionsApi sessions;
    private final AccountApi account;
    private final DataApi data;
    private final SigningKeysApi signingKeys;

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
     * @param options what is not to be as usual; later changes to it mean nothing to this client
     */
    public Latchkey(String url, LatchkeyOptions options) {
        Attempts attempts = new Attempts(new Transport(url, options), options);
        this.session = new Session(attempts, options);
        Calls calls = new Calls(attempts, session);
        this.users = new UsersApi(calls);
        this.tokens = new TokensApi(calls);
        this.sessions = new SessionsApi(calls);
        this.account = new AccountApi(calls);
        this.data = new DataApi(calls);
        this.signingKeys = new SigningKeysApi(calls);
    }

    /**
     * Makes an account and logs in to it.
     *
     * @param user whom to register
     * @return the user as registered
     * @throws LatchkeyException if either fails; if only the log-in did, the account is there
     */
    public User register(NewUser user) {
        User registered = users.registerUser(user).getData();
        logIn(user.getUsername(), user.getPassword());
        return registered;
    }

    /**
     * Logs in; from now on, calls are this user's.
     *
     * @param username in any case
     * @param password exactly
     * @throws LatchkeyException if it fails; then whoever was logged in still is
     */
    public void logIn(String username, String password) {
        Credentials credentials =
                new Credentials().username(username).password(password).refresh(true);
        session.begin(username, () -> tokens.createToken(credentials).getData());
    }

    /**
     * Ends the session on the server and forgets its tokens.
     *
     * @throws LatchkeyException if the server could not be told; the tokens are forgotten all the same
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
            // The session has ended already, which is what was wanted.
        } finally {
            session.forget(held);
        }
    }

    /**
     * Whether there are tokens of a log-in. They may turn out to be refused.
     *
     * @return whether there are
     */
    public boolean isLoggedIn() {
        return session.held().isThere();
    }

    /**
     * Who is logged in, as far as is known here.
     *
     * @return empty if nobody is
     */
    public Optional<String> username() {
        return session.username();
    }

    /**
     * Calls the listener after somebody has logged in (with the username) or is logged out (with nothing), by a call or because the session has
     * ended. It runs in the thread of that call, which does not fail if the listener does.
     *
     * @param listener whom to tell
     * @return what ends that
     */
    public Runnable onChange(Consumer<Optional<String>> listener) {
        return session.listen(listener);
    }

    /**
     * The user's private key-value store.
     *
     * @return its operations
     */
    public DataApi data() {
        return data;
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
     * Tokens, for those who keep them themselves. {@link #logIn}, and refreshing, keep them here.
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
     * The public keys with which others check access tokens.
     *
     * @return its operations
     */
    public SigningKeysApi signingKeys() {
        return signingKeys;
    }
}
