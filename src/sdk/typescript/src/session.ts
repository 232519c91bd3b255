import { throwIfAborted } from './abort.js';
import { ErrorCode } from './generated/models/ErrorCode.js';
import type { IssuedTokens } from './generated/models/IssuedTokens.js';
import { type Clock, waitFor } from './clock.js';
import { ErrorKind, LatchkeyError } from './error.js';
import { guarded, ownerOf, type Tokens, type TokenStore } from './tokens.js';

/** How long before its end a token counts as expired, in all our clients, so that it does not expire on its way. */
const EARLY_MS = 10_000;

/** The log-in of a call. */
export interface LogIn {
  readonly username: string;
  readonly number: number;
}

/** Refreshes the user's tokens, and tells listeners who is logged in. */
export class Session {
  readonly #store: TokenStore;
  readonly #clock: Clock;
  readonly #refresh: (refreshToken: string) => Promise<IssuedTokens>;
  readonly #listeners = new Set<(username: string | undefined) => void>();
  #refreshing: Promise<Tokens | undefined> | undefined;
  #logIns = 0;
  #changes: Promise<unknown> = Promise.resolve();
  #ending: { readonly logIns: number; readonly over: Promise<void> } | undefined;
  #known: { username: string | undefined } | undefined;
  #unwatch: (() => void) | undefined;

  constructor(store: TokenStore, clock: Clock, refresh: (refreshToken: string) => Promise<IssuedTokens>) {
    this.#store = guarded(store);
    this.#clock = clock;
    this.#refresh = refresh;
  }

  /**
   * The tokens for a call, valid for at least some seconds; `refused` is an access token that the server has refused. If another user
   * logs in meanwhile, these are the old tokens, so that the call is not made as that user.
   */
  async tokens(refused?: string, signal?: AbortSignal): Promise<Tokens | undefined> {
    const tokens = await this.#load();
    if (tokens === undefined || this.#isGood(tokens, refused)) {
      return tokens;
    }
    throwIfAborted(signal);
    this.#refreshing ??= this.#refreshed(refused).finally(() => (this.#refreshing = undefined));
    const fresh = await waitFor(this.#refreshing, signal);
    return fresh !== undefined && fresh.username !== tokens.username ? tokens : fresh;
  }

  /** The current log-in; undefined if nobody is logged in. */
  async logIn(): Promise<LogIn | undefined> {
    const number = this.#logIns;
    const username = await this.username();
    return username === undefined ? undefined : { username, number };
  }

  async username(): Promise<string | undefined> {
    return (await this.#load())?.username;
  }

  /** Who is logged in, as {@link ownerOf} has it. */
  async owner(): Promise<string | undefined> {
    const tokens = await this.#load();
    return tokens && ownerOf(tokens);
  }

  /** Logs in. The lifetime of a token is counted from the request, because the server issued it before its response came. */
  async begin(username: string, issue: () => Promise<IssuedTokens>): Promise<void> {
    const asked = this.#clock.now();
    const tokens = this.#tokensOf(username, await issue(), asked);
    this.#logIns++;
    await this.#inTurn(async () => this.#store.save(tokens));
    this.#tell(username);
  }

  /** Does what ends the session, up to the deletion of the tokens. */
  async ending<T>(work: () => Promise<T>): Promise<T> {
    const ended = work();
    this.#ending = { logIns: this.#logIns, over: Promise.allSettled([this.#ending?.over, ended]).then(() => {}) };
    return await ended;
  }

  /** Resolves when nobody is ending this log-in: until then it is not known whether a refused token is worth a new one. */
  async settled(signal?: AbortSignal): Promise<void> {
    if (this.#ending?.logIns === this.#logIns) {
      await waitFor(this.#ending.over, signal);
    }
  }

  /** Deletes the tokens, unless there was another log-in since. */
  async end(logIn: LogIn): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#logIns === logIn.number && (await this.#store.load())?.username === logIn.username) {
        await this.#store.clear();
        this.#tell(undefined);
      }
    });
  }

  /** In how many milliseconds these tokens are to be replaced. Without a refresh token, an old token is sent nevertheless, because the clock here may be wrong. */
  msUntilRefresh(tokens: Tokens): number {
    return tokens.refreshToken === '' ? Infinity : tokens.expiresAt - EARLY_MS - this.#clock.now();
  }

  listen(listener: (username: string | undefined) => void): () => void {
    // A listener that is added twice is called twice.
    const own = (username: string | undefined) => listener(username);
    this.#listeners.add(own);
    this.#unwatch ??= this.#store.watch?.(() => {
      // If the store is broken, the next call says so.
      this.#tellStored().catch(() => {});
    });
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) {
        this.#unwatch?.();
        this.#unwatch = undefined;
      }
    };
  }

  #refreshed(refused: string | undefined): Promise<Tokens | undefined> {
    const work = () => this.#refreshNewest(refused);
    return this.#store.exclusively ? this.#store.exclusively(work) : work();
  }

  /** Another tab may refresh, log out or log in, before this begins and while it waits for the response. */
  async #refreshNewest(refused: string | undefined): Promise<Tokens | undefined> {
    for (;;) {
      const tokens = await this.#load();
      if (tokens === undefined || this.#isGood(tokens, refused)) {
        return tokens;
      }
      try {
        const asked = this.#clock.now();
        const fresh = this.#tokensOf(tokens.username, await this.#refresh(tokens.refreshToken), asked);
        if (await this.#replace(tokens, fresh)) {
          return fresh;
        }
      } catch (error) {
        if (!isRefused(error)) {
          throw error;
        }
        if (await this.#replace(tokens, undefined)) {
          throw error;
        }
      }
    }
  }

  #isGood(tokens: Tokens, refused: string | undefined): boolean {
    return tokens.accessToken !== refused && this.msUntilRefresh(tokens) > 0;
  }

  /** False, and nothing is changed, if there was a log-in or log-out meanwhile. */
  #replace(old: Tokens, fresh: Tokens | undefined): Promise<boolean> {
    return this.#inTurn(async () => {
      if ((await this.#store.load())?.refreshToken !== old.refreshToken) {
        return false;
      }
      if (fresh === undefined) {
        await this.#store.clear();
        this.#tell(undefined);
      } else {
        await this.#store.save(fresh);
      }
      return true;
    });
  }

  /** Serializes changes of the store: it may be slow, and nothing may come between a read and the write that depends on it. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => {});
    return result;
  }

  #tokensOf(username: string, issued: IssuedTokens | undefined, asked: number): Tokens {
    if (typeof issued?.accessToken !== 'string' || typeof issued.expiresIn !== 'number') {
      throw new LatchkeyError('The answer to the log-in has no token, and so is not one of a Latchkey server.', { kind: ErrorKind.UnusableAnswer });
    }
    return {
      username,
      accessToken: issued.accessToken,
      expiresAt: asked + issued.expiresIn * 1000,
      refreshToken: issued.refreshToken ?? '',
    };
  }

  async #load(): Promise<Tokens | undefined> {
    const tokens = await this.#store.load();
    if (this.#known === undefined) {
      this.#known = { username: tokens?.username };
    } else {
      this.#tell(tokens?.username);
    }
    return tokens;
  }

  /** Called when the store has changed, even if it was not read before. */
  async #tellStored(): Promise<void> {
    this.#tell((await this.#store.load())?.username);
  }

  #tell(username: string | undefined): void {
    if (this.#known !== undefined && this.#known.username === username) {
      return;
    }
    this.#known = { username };
    for (const listener of this.#listeners) {
      // The call must not fail because of a listener.
      queueMicrotask(() => listener(username));
    }
  }
}

/** An empty or malformed refresh token counts as refused, too: a retry would not help. */
function isRefused(error: unknown): boolean {
  return (
    error instanceof LatchkeyError &&
    (error.code === ErrorCode.InvalidRefreshToken || error.code === ErrorCode.InvalidRequest)
  );
}
