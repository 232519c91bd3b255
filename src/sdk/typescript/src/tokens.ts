import { ErrorKind, LatchkeyError } from './error.js';

/** The tokens of a log-in. A store keeps them as they are. */
export interface Tokens {
  readonly username: string;
  readonly accessToken: string;
  /** When the access token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  readonly refreshToken: string;
}

/** Keeps the tokens of the user. Whoever can read them can act as this user. */
export interface TokenStore {
  load(): Tokens | undefined | Promise<Tokens | undefined>;

  save(tokens: Tokens): void | Promise<void>;

  clear(): void | Promise<void>;

  /** Runs the work while no other client of the same store runs any. Optional: the server tolerates two clients that refresh at once. */
  exclusively?<T>(work: () => Promise<T>): Promise<T>;

  /** Calls the listener after another client of the same store has changed it; call the result to remove the listener. */
  watch?(listener: () => void): () => void;
}

/** Keeps the tokens in memory, until the page or the process ends; the default. */
export class MemoryTokenStore implements TokenStore {
  #tokens: Tokens | undefined;

  load(): Tokens | undefined {
    return this.#tokens;
  }

  save(tokens: Tokens): void {
    this.#tokens = tokens;
  }

  clear(): void {
    this.#tokens = undefined;
  }
}

/** The methods of `localStorage` or `sessionStorage` that are used here. */
export interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Keeps the tokens in a browser's `localStorage`: the user stays logged in, in all tabs of the site. */
export class WebStorageTokenStore implements TokenStore {
  readonly #storage: WebStorage;
  readonly #key: string;

  constructor(storage: WebStorage = localStorage, key = 'latchkey') {
    this.#storage = storage;
    this.#key = key;
  }

  load(): Tokens | undefined {
    try {
      const value: unknown = JSON.parse(this.#storage.getItem(this.#key) ?? 'null');
      return isTokens(value) ? value : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) {
        return undefined;
      }
      throw error;
    }
  }

  save(tokens: Tokens): void {
    this.#storage.setItem(this.#key, JSON.stringify(tokens));
  }

  clear(): void {
    this.#storage.removeItem(this.#key);
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    // Only pages from https: and localhost have the Web Locks API.
    const locks = globalThis.navigator?.locks;
    return locks ? await locks.request(`latchkey-client:${this.#key}`, work) : await work();
  }

  watch(listener: () => void): () => void {
    const changed = (event: StorageEvent) => {
      if (event.storageArea === this.#storage && (event.key === this.#key || event.key === null)) {
        listener();
      }
    };
    globalThis.addEventListener?.('storage', changed);
    return () => globalThis.removeEventListener?.('storage', changed);
  }
}

/** Wraps the store, so that its failures are {@link LatchkeyError}s. */
export function guarded(store: TokenStore): TokenStore {
  const guard = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof LatchkeyError) {
        throw cause;
      }
      const reason = String((cause as Error | undefined)?.message ?? cause);
      throw new LatchkeyError(`The token store failed: ${reason}`, { kind: ErrorKind.ClientFailure, cause });
    }
  };
  const own: TokenStore = {
    load: () => guard(() => store.load()),
    save: (tokens) => guard(() => store.save(tokens)),
    clear: () => guard(() => store.clear()),
  };
  if (store.exclusively) {
    own.exclusively = (work) => guard(() => store.exclusively!(work));
  }
  if (store.watch) {
    own.watch = (listener) => store.watch!(listener);
  }
  return own;
}

/**
 * Whose tokens they are. It is the id of the user, where the access token has one: the same user may log in by the username or by the e-mail address, and
 * another may be given either of them later.
 */
export function ownerOf({ username, accessToken }: Tokens): string {
  try {
    const { sub } = JSON.parse(atob(accessToken.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
    return typeof sub === 'string' ? `id:${sub}` : `name:${username}`;
  } catch {
    return `name:${username}`;
  }
}

export function isTokens(value: unknown): value is Tokens {
  const tokens = value as Tokens | null;
  return (
    typeof tokens?.username === 'string' &&
    typeof tokens.accessToken === 'string' &&
    typeof tokens.expiresAt === 'number' &&
    typeof tokens.refreshToken === 'string'
  );
}
