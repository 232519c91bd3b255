import { AccountApi, DataApi, SessionsApi, SigningKeysApi, TokensApi, UsersApi } from './generated/apis/index.js';
import { ErrorCode } from './generated/models/ErrorCode.js';
import type { Credentials } from './generated/models/Credentials.js';
import type { NewUser } from './generated/models/NewUser.js';
import { Configuration } from './generated/runtime.js';
import { type Clock, systemClock } from './clock.js';
import { LatchkeyError } from './error.js';
import { Session } from './session.js';
import { MemoryTokenStore, type TokenStore } from './tokens.js';
import { TOKEN_WANTED, Transport } from './transport.js';

/** The longest that an attempt to refresh may take, since all calls wait for it. */
const REFRESH_TIMEOUT_MS = 30_000;

export interface LatchkeyOptions {
  /** Where the tokens are kept; in memory, unless something else is given. */
  tokenStore?: TokenStore;
  /** What sends the requests, instead of the `fetch` that is there. */
  fetch?: typeof fetch;
  /** How long one request may take, until its answer has arrived as a whole, in milliseconds; 60,000 by default. */
  timeoutMs?: number;
  /** How often a call that was answered with 429 or 503 is sent again, if it may be; 3 by default. */
  maxRetries?: number;
  /** How long a call may wait for that, all its waits together; 30,000 by default. A longer `Retry-After` is not waited for at all. */
  maxWaitMs?: number;
  clock?: Clock;
}

export interface CallOptions {
  signal?: AbortSignal;
}

/**
 * A Latchkey server, and the user who is logged in there. The operations of the API are in {@link data}, {@link account} and so on;
 * they send the access token, get a new one in time, and wait where the server asks for it. What goes wrong is a {@link LatchkeyError}.
 */
export class Latchkey {
  readonly data: DataApi;
  readonly account: AccountApi;
  readonly sessions: SessionsApi;
  readonly tokens: TokensApi;
  readonly users: UsersApi;
  readonly signingKeys: SigningKeysApi;

  readonly #session: Session;

  constructor(url: string | URL, options: LatchkeyOptions = {}) {
    const base = String(url).replace(/\/+$/, '');
    if (/[?#]/.test(base)) {
      throw new TypeError(`${base} is no address of a server: a query or a fragment would swallow the paths`);
    }
    const clock = options.clock ?? systemClock;
    const send = options.fetch ?? ((...call) => globalThis.fetch(...call));
    const transport = new Transport(base, send, clock, {
      timeoutMs: options.timeoutMs ?? 60_000,
      maxRetries: options.maxRetries ?? 3,
      maxWaitMs: options.maxWaitMs ?? 30_000,
    });
    const configuration = new Configuration({
      basePath: base,
      accessToken: () => TOKEN_WANTED,
      fetchApi: (target, init = {}) => transport.send(String(target), init, this.#session),
      middleware: [{ onError: ({ error }) => Promise.reject(error) }],
    });
    this.data = new DataApi(configuration);
    this.account = new AccountApi(configuration);
    this.sessions = new SessionsApi(configuration);
    this.tokens = new TokensApi(configuration);
    this.users = new UsersApi(configuration);
    this.signingKeys = new SigningKeysApi(configuration);
    this.#session = new Session(options.tokenStore ?? new MemoryTokenStore(), clock, async (refreshToken) => {
      const signal = AbortSignal.timeout(REFRESH_TIMEOUT_MS);
      try {
        return (await this.tokens.refreshToken({ refreshToken }, { signal })).data;
      } catch (cause) {
        // No signal of whoever called.
        throw cause === signal.reason ? new LatchkeyError('The server did not answer in time.', { cause }) : cause;
      }
    });
  }

  /** Makes an account and logs in. */
  async register(newUser: NewUser, options: CallOptions = {}): Promise<this> {
    await this.users.registerUser(newUser, options);
    return await this.logIn(newUser, options);
  }

  async logIn({ username, password }: Pick<Credentials, 'username' | 'password'>, options: CallOptions = {}): Promise<this> {
    const answer = await this.tokens.createToken({ username, password, refresh: true }, options);
    await this.#session.begin(username, answer.data);
    return this;
  }

  /** Ends the session. The tokens are forgotten also if the server cannot be told; then this throws. */
  async logOut(options: CallOptions = {}): Promise<void> {
    const logIn = await this.#session.logIn();
    if (logIn === undefined) {
      return;
    }
    try {
      await this.tokens.logOut(options);
    } catch (error) {
      if (!isOver(error)) {
        throw error;
      }
    } finally {
      await this.#session.end(logIn);
    }
  }

  /** Who is logged in, as far as is known here; undefined if nobody is. */
  username(): Promise<string | undefined> {
    return this.#session.username();
  }

  /**
   * Calls the listener after somebody has logged in (with the username) or is logged out (with undefined): by a call, because the
   * session has ended, or in another tab that shares the token store. Call the answer to end that.
   */
  onChange(listener: (username: string | undefined) => void): () => void {
    return this.#session.listen(listener);
  }
}

/** Whether the session has ended already. */
function isOver(error: unknown): boolean {
  return (
    error instanceof LatchkeyError &&
    (error.code === ErrorCode.InvalidToken || error.code === ErrorCode.InvalidRefreshToken)
  );
}
