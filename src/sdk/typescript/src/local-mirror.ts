import type { Tagged, Upserted } from './calls.js';
import type { Following } from './connection.js';
import type { Data, DeleteOptions, SetOptions } from './data.js';
import { ErrorKind, failure, isLogInOver, LatchkeyError, notLoggedIn } from './error.js';
import { ErrorCode } from './generated/models/ErrorCode.js';
import { guard, Keeper, revisionOf } from './keeper.js';
import { memoryStore } from './memory-store.js';
import type { MirrorEntry, MirrorStore, StoredEntry } from './mirror-store.js';
import type { Mirror, MirrorOptions, MirrorState } from './mirror.js';
import { whileSeen } from './wake.js';

/** How many entries are read at once. */
const PAGE = 100;

/** What it takes to make a mirror. */
export interface Mirroring {
  readonly following: Following;
  /** The operations, for this user only. */
  readonly dataOf: (owner: string) => Data;
  readonly address: string;
}

/** What a mirror is, once it is known whose. */
interface Opened {
  readonly owner: string;
  readonly copy: string;
  readonly data: Data;
  readonly keeper: Keeper;
}

export class LocalMirror implements Mirror {
  readonly #mirroring: Mirroring;
  readonly #prefix: string;
  readonly #store: MirrorStore;
  readonly #closing = new AbortController();
  readonly #opened: Promise<Opened>;
  readonly #running: Promise<void>;
  readonly #changeListeners = new Set<(keys: readonly string[] | undefined) => void>();
  readonly #stateListeners = new Set<(state: MirrorState) => void>();
  #keeper: Keeper | undefined;
  #state: MirrorState = 'connecting';
  #error: unknown;
  readonly ready: Promise<void>;

  constructor(mirroring: Mirroring, { prefix = '', store = memoryStore(), whileHidden = false }: MirrorOptions) {
    this.#mirroring = mirroring;
    this.#prefix = prefix;
    this.#store = store;
    const inStep = new Promise<void>((resolve) => this.onState((state) => state === 'live' && resolve()));
    this.#opened = this.#open();
    this.#running = this.#run(whileHidden);
    this.ready = Promise.race([inStep, this.#running.then(() => this.#throwIfClosed())]);
    // Nobody has to wait for it.
    this.ready.catch(() => {});
  }

  get state(): MirrorState {
    return this.#state;
  }

  get revision(): number | undefined {
    return this.#keeper?.revision;
  }

  get error(): unknown {
    return this.#error;
  }

  async get(key: string): Promise<MirrorEntry | undefined> {
    const copy = await this.#readable();
    const entry = await guard(this.#store.get(copy, key));
    this.#throwIfClosed();
    return entry && this.#isAlive(entry) ? shown(entry) : undefined;
  }

  async *entries(): AsyncGenerator<MirrorEntry, void, undefined> {
    const copy = await this.#readable();
    let page: StoredEntry[];
    let after: string | undefined;
    do {
      page = await guard(this.#store.list(copy, after, PAGE));
      for (const entry of page) {
        this.#throwIfClosed();
        if (this.#isAlive(entry)) {
          yield shown(entry);
        }
      }
      after = page.at(-1)?.key;
    } while (page.length === PAGE);
  }

  async set(key: string, value: string, options: SetOptions = {}): Promise<Tagged & Upserted> {
    const { data, keeper } = await this.#opened;
    const stored = await data.set(key, value, options);
    const { expiresIn } = options;
    const expiresAt = expiresIn === undefined ? {} : { expiresAt: new Date(this.#mirroring.following.clock.now() + expiresIn * 1000) };
    await keeper.take({ type: 'put', key, value, etag: stored.etag, revision: revisionOf(stored.etag), ...expiresAt });
    return stored;
  }

  async delete(key: string, options: DeleteOptions = {}): Promise<boolean> {
    const { data, keeper } = await this.#opened;
    try {
      const { etag } = await data.deleteEntry(key, options);
      await keeper.take({ type: 'delete', key, revision: revisionOf(etag) });
      return true;
    } catch (error) {
      if (error instanceof LatchkeyError && error.code === ErrorCode.KeyNotFound) {
        return false;
      }
      throw error;
    }
  }

  onChange(listener: (keys: readonly string[] | undefined) => void): () => void {
    return listen(this.#changeListeners, listener);
  }

  onState(listener: (state: MirrorState) => void): () => void {
    return listen(this.#stateListeners, listener);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #open(): Promise<Opened> {
    const { following, dataOf, address } = this.#mirroring;
    const owner = await following.session().owner();
    if (owner === undefined) {
      throw notLoggedIn();
    }
    const copy = JSON.stringify([address, owner, this.#prefix]);
    const data = dataOf(owner);
    this.#keeper = new Keeper({
      following,
      data,
      owner,
      prefix: this.#prefix,
      store: this.#store,
      copy,
      onChange: (keys) => tell(this.#changeListeners, keys),
      onState: (state) => this.#setState(state),
    });
    return { owner, copy, data, keeper: await this.#keeper.open() };
  }

  async #readable(): Promise<string> {
    this.#throwIfClosed();
    return (await this.#opened).copy;
  }

  #throwIfClosed(): void {
    if (this.#state === 'closed') {
      throw this.#error ?? failure(ErrorKind.ClientFailure, 'mirror', 'it is closed.');
    }
  }

  #isAlive({ expiresAt }: StoredEntry): boolean {
    return expiresAt === undefined || expiresAt.getTime() > this.#mirroring.following.clock.now();
  }

  /** Ends when the mirror does. */
  async #run(whileHidden: boolean): Promise<void> {
    const session = this.#mirroring.following.session();
    const closing = this.#closing.signal;
    let stopListening = () => {};
    try {
      const { owner, keeper } = await this.#opened;
      const left = new AbortController();
      stopListening = session.listen(() => void session.owner().then((now) => now !== owner && left.abort(), () => {}));
      while (!closing.aborted) {
        await whileSeen(whileHidden, [closing, left.signal], (signal) => keeper.keep(signal));
        if (!closing.aborted) {
          this.#setState('connecting');
        }
        if (left.signal.aborted) {
          throw notLoggedIn('The log-in is over.');
        }
      }
    } catch (error) {
      this.#error = error;
      if (isLogInOver(error)) {
        // Nobody but this user may find it here. If the store cannot do that, it cannot be read either.
        await this.#store.clear().catch(() => {});
      }
    } finally {
      stopListening();
      this.#setState('closed');
    }
  }

  #setState(state: MirrorState): void {
    if (this.#state !== state && this.#state !== 'closed') {
      this.#state = state;
      tell(this.#stateListeners, state);
    }
  }
}

/** A listener that is added twice is called twice. */
function listen<T>(listeners: Set<(news: T) => void>, listener: (news: T) => void): () => void {
  const own = (news: T) => listener(news);
  listeners.add(own);
  return () => void listeners.delete(own);
}

/** What a listener throws is nobody's here. */
function tell<T>(listeners: Set<(news: T) => void>, news: T): void {
  listeners.forEach((listener) => queueMicrotask(() => listener(news)));
}

function shown({ revision, ...entry }: StoredEntry): MirrorEntry {
  return entry;
}
