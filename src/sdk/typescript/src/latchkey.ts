import { makeAccountApi, type AccountApi } from './generated/apis/AccountApi.js';
import { makeChangesApi } from './generated/apis/ChangesApi.js';
import { makeDataApi } from './generated/apis/DataApi.js';
import { makeEmailApi } from './generated/apis/EmailApi.js';
import { makeEmailLogInApi } from './generated/apis/EmailLogInApi.js';
import { makePasswordResetApi } from './generated/apis/PasswordResetApi.js';
import { makeSessionsApi, type SessionsApi } from './generated/apis/SessionsApi.js';
import { makeHealthApi, type HealthApi } from './generated/apis/HealthApi.js';
import { makeSigningKeysApi, type SigningKeysApi } from './generated/apis/SigningKeysApi.js';
import { makeTokensApi, type TokensApi } from './generated/apis/TokensApi.js';
import { makeUsersApi, type UsersApi } from './generated/apis/UsersApi.js';
import type { Credentials } from './generated/models/Credentials.js';
import type { NewUser } from './generated/models/NewUser.js';
import type { User } from './generated/models/User.js';
import type { Answer } from './answer.js';
import { type Call, calls, callsOf, repeating, streaming } from './calls.js';
import { type Clock, systemClock } from './clock.js';
import type { Following } from './connection.js';
import { type Data, makeData } from './data.js';
import { ErrorKind, isLogInOver, LatchkeyError } from './error.js';
import { type EmailLogIns, type EmailVerifications, makeEmailLogIns, makeEmailVerifications, makePasswordResets, type PasswordResets } from './mail.js';
import { Session } from './session.js';
import { MemoryTokenStore, type TokenStore } from './tokens.js';
import { Transport } from './transport.js';

/** The same in all our clients: http or https, host, port and path; no credentials, and no query or fragment, which would swallow the paths. */
const ADDRESS = /^https?:\/\/(?:\[[0-9a-f:.]+\]|[^\x00-\x20\x7f/?#@:[\]\\%]+)(?::([0-9]{1,5}))?(?:\/[^\x00-\x20\x7f?#\\]*)?$/i;

/** The max time of an attempt to refresh, since all calls wait for it. */
const REFRESH_TIMEOUT_MS = 30_000;

export interface LatchkeyOptions {
  /** Where the tokens are kept; by default in memory. */
  tokenStore?: TokenStore;
  /** Sends the requests; by default the global `fetch`. */
  fetch?: typeof fetch;
  /** The timeout of one request, up to the end of its response, in milliseconds; 60,000 by default. */
  timeoutMs?: number;
  /** The max number of retries after 429 or 503, if the call may be retried; 3 by default. */
  maxRetries?: number;
  /** The max time that a call waits for its retries, all together, in milliseconds; 30,000 by default. If `Retry-After` is longer, the call fails at once. */
  maxWaitMs?: number;
  /** How long a stream of changes may be silent before its connection counts as dead, in milliseconds; 45,000 by default. The server says something every 20 seconds. */
  silenceMs?: number;
  /** Gets a line about each request and each wait, without keys, values and tokens; for a log. */
  log?: (line: string) => void;
  clock?: Clock;
}

export interface CallOptions {
  signal?: AbortSignal;
}

/**
 * A client of a Latchkey server, for one user at a time. The operations of the API are in {@link data}, {@link account} and so on;
 * they send the access token, refresh it in time, and wait when the server asks for it. Every failure is a {@link LatchkeyError}.
 */
export class Latchkey {
  readonly data: Data;
  readonly account: AccountApi;
  readonly sessions: SessionsApi;
  readonly tokens: TokensApi;
  readonly users: UsersApi;
  readonly signingKeys: SigningKeysApi;
  readonly health: HealthApi;
  readonly email: EmailVerifications;
  readonly passwordReset: PasswordResets;
  readonly emailLogIn: EmailLogIns;

  readonly #session: Session;

  constructor(url: string | URL, options: LatchkeyOptions = {}) {
    const base = addressOf(url);
    const clock = options.clock ?? systemClock;
    const send = options.fetch ?? ((...call) => globalThis.fetch(...call));
    const patience = {
      timeoutMs: options.timeoutMs ?? 60_000,
      maxRetries: options.maxRetries ?? 3,
      maxWaitMs: options.maxWaitMs ?? 30_000,
    };
    const log = options.log ?? (() => {});
    const callWith = (patient: typeof patience) => calls(base, new Transport(send, clock, patient, log), () => this.#session);
    const call = callWith(patience);
    const streamCall = streaming(callWith({ ...patience, maxRetries: 0 }));
    const following: Following = {
      open: (owner, init) => makeChangesApi(callsOf(owner, streamCall)).readChanges(init) as Promise<unknown> as Promise<Answer>,
      clock,
      silenceMs: options.silenceMs ?? 45_000,
      log,
      session: () => this.#session,
    };
    const dataWith = (own: Call): Data =>
      makeData({ ...makeDataApi(own), ...makeChangesApi(own) }, makeDataApi(repeating(own)), base, following, (owner) => dataWith(callsOf(owner, call)));
    this.data = dataWith(call);
    this.account = makeAccountApi(call);
    this.sessions = makeSessionsApi(call);
    this.tokens = makeTokensApi(call);
    this.users = makeUsersApi(call);
    this.signingKeys = makeSigningKeysApi(call);
    this.health = makeHealthApi(call);
    this.email = makeEmailVerifications(makeEmailApi(call));
    this.passwordReset = makePasswordResets(makePasswordResetApi(call));
    this.emailLogIn = makeEmailLogIns(makeEmailLogInApi(call), () => this.#session);
    const refreshing = makeTokensApi(callWith({ ...patience, timeoutMs: Math.min(REFRESH_TIMEOUT_MS, patience.timeoutMs) }));
    this.#session = new Session(options.tokenStore ?? new MemoryTokenStore(), clock, async (refreshToken) => {
      return (await refreshing.refreshToken({ refreshToken })).data;
    });
  }

  /**
   * Creates an account and logs in. If the operator demands a verified address, the account exists, but the log-in fails with `EMAIL_NOT_VERIFIED`
   * until the user has followed the mail.
   */
  async register(newUser: NewUser, options: CallOptions = {}): Promise<User> {
    const registered = await this.users.registerUser(newUser, options);
    await this.logIn(newUser, options);
    return registered.data;
  }

  async logIn({ username, password }: Pick<Credentials, 'username' | 'password'>, options: CallOptions = {}): Promise<this> {
    await this.#session.begin(username, async () => (await this.tokens.createToken({ username, password, refresh: true }, options)).data);
    return this;
  }

  /** Ends the session. The tokens are deleted also if the server cannot be told; then this throws. */
  async logOut(options: CallOptions = {}): Promise<void> {
    await this.#session.ending(async () => {
      const logIn = await this.#session.logIn();
      if (logIn === undefined) {
        return;
      }
      try {
        await this.tokens.logOut(options);
      } catch (error) {
        if (!isLogInOver(error)) {
          throw error;
        }
      } finally {
        await this.#session.end(logIn);
      }
    });
  }

  /** The username of the log-in, if the client knows it; undefined if nobody is logged in. */
  username(): Promise<string | undefined> {
    return this.#session.username();
  }

  /**
   * Calls the listener after a log-in (with the username) or a log-out (with undefined): by a call, because the
   * session has ended, or in another tab that shares the token store. Call the result to remove the listener.
   */
  onChange(listener: (username: string | undefined) => void): () => void {
    return this.#session.listen(listener);
  }
}

function addressOf(url: string | URL): string {
  const address = ADDRESS.exec(String(url));
  const port = Number(address?.[1] ?? 1);
  if (address === null || port === 0 || port > 65535) {
    throw new LatchkeyError(`${JSON.stringify(String(url))} is no address of a server. It has to be one such as http://localhost:3000`, {
      kind: ErrorKind.ClientFailure,
    });
  }
  return String(url).replace(/\/+$/, '');
}
