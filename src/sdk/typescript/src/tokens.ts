import { ErrorKind, LatchkeyError } from './error.js';

/** What a log-in gives. A store keeps it as it is and need not look inside. */
export interface Tokens {
  readonly username: string;
  readonly accessToken: string;
  /** When the access token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  readonly refreshToken: string;
}

/** Where the tokens of the user who is logged in are kept. Whoever can read them is logged in as this user. */
export interface TokenStore {
  load(): Tokens | undefined | Promise<Tokens | undefined>;

  save(tokens: Tokens): void | Promise<void>;

  clear(): void | Promise<void>;

  /** Runs this while no other client of the same store runs one. Without it, two clients can refresh at once; the server bears that. */
  exclusively?<T>(work: () => Promise<T>): Promise<T>;

  /** Calls the listener after another client of the same store has changed it; the answer ends that. */
  watch?(listener: () => void): () => void;
}

/** Forgets the tokens with the page or the process; the default. */
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

/** What is used of `localStorage` or `sessionStorage`. */
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
    // Only pages from https: and localhost have locks.
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

/** The store, whose failures are ours. */
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

export function isTokens(value: unknown): value is Tokens {
  const tokens = value as Tokens | null;
  return (
    typeof tokens?.username === 'string' &&
    typeof tokens.accessToken === 'string' &&
    typeof tokens.expiresAt === 'number' &&
    typeof tokens.refreshToken === 'string'
  );
}
