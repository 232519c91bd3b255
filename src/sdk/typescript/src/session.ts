import { throwIfAborted } from './abort.js';
import { ErrorCode } from './generated/models/ErrorCode.js';
import type { IssuedTokens } from './generated/models/IssuedTokens.js';
import { type Clock, waitFor } from './clock.js';
import { ErrorKind, LatchkeyError } from './error.js';
import { guarded, type Tokens, type TokenStore } from './tokens.js';

/** So long before its end a token is taken for expired, in all our clients: it must not expire on its way. */
const EARLY_MS = 10_000;

/** Of which log-in a call is. */
export interface LogIn {
  readonly username: string;
  readonly number: number;
}

/** Keeps the user's tokens fresh, and tells who is logged in. */
export class Session {
  readonly #store: TokenStore;
  readonly #clock: Clock;
  readonly #refresh: (refreshToken: string) => Promise<IssuedTokens>;
  readonly #listeners = new Set<(username: string | undefined) => void>();
  #refreshing: Promise<Tokens | undefined> | undefined;
  #logIns = 0;
  #changes: Promise<unknown> = Promise.resolve();
  #known: { username: string | undefined } | undefined;
  #unwatch: (() => void) | undefined;

  constructor(store: TokenStore, clock: Clock, refresh: (refreshToken: string) => Promise<IssuedTokens>) {
    this.#store = guarded(store);
    this.#clock = clock;
    this.#refresh = refresh;
  }

  /**
   * The tokens to call with, good for some seconds at least; `refused` is an access token that the server no longer takes. Where somebody
   * else logs in meanwhile it is what was there before: the call is not for them.
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

  /** The log-in that there is now; undefined if nobody is logged in. */
  async logIn(): Promise<LogIn | undefined> {
    const number = this.#logIns;
    const username = await this.username();
    return username === undefined ? undefined : { username, number };
  }

  async username(): Promise<string | undefined> {
    return (await this.#load())?.username;
  }

  /** Logs in. A token counts from when it was asked for: the server began at some time before its answer came. */
  async begin(username: string, issue: () => Promise<IssuedTokens>): Promise<void> {
    const asked = this.#clock.now();
    const tokens = this.#tokensOf(username, await issue(), asked);
    this.#logIns++;
    await this.#inTurn(async () => this.#store.save(tokens));
    this.#tell(username);
  }

  /** Forgets the tokens, unless somebody has logged in since. */
  async end(logIn: LogIn): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#logIns === logIn.number && (await this.#store.load())?.username === logIn.username) {
        await this.#store.clear();
        this.#tell(undefined);
      }
    });
  }

  listen(listener: (username: string | undefined) => void): () => void {
    // One that is given twice is two.
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

  /** Another tab may have refreshed, logged out or logged in, before this begins and while it waits for the answer. */
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

  /** Without a refresh token the server says when it is over: the clock here may be wrong. */
  #isGood(tokens: Tokens, refused: string | undefined): boolean {
    return tokens.accessToken !== refused && (tokens.refreshToken === '' || tokens.expiresAt - EARLY_MS > this.#clock.now());
  }

  /** False if these are not there any more: whoever has logged in or out meanwhile is right. */
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

  /** One change of the store after the other: a store may take its time, and nothing may come between a look and what follows of it. */
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

  /** The store has changed, even where nobody has looked into it before. */
  async #tellStored(): Promise<void> {
    this.#tell((await this.#store.load())?.username);
  }

  #tell(username: string | undefined): void {
    if (this.#known !== undefined && this.#known.username === username) {
      return;
    }
    this.#known = { username };
    for (const listener of this.#listeners) {
      // What a listener throws is not the call's.
      queueMicrotask(() => listener(username));
    }
  }
}

/** A refresh token that is empty or damaged counts as refused too: it will not get better. */
function isRefused(error: unknown): boolean {
  return (
    error instanceof LatchkeyError &&
    (error.code === ErrorCode.InvalidRefreshToken || error.code === ErrorCode.InvalidRequest)
  );
}
