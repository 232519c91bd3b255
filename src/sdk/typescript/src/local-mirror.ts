import { throwIfAborted } from './abort.js';
import type { Tagged, Upserted } from './calls.js';
import { follow } from './changes.js';
import type { Following } from './connection.js';
import type { DeleteOptions, Data, SetOptions } from './data.js';
import { ErrorKind, failure, isTransient, LatchkeyError } from './error.js';
import { ErrorCode } from './generated/models/ErrorCode.js';
import { memoryStore } from './memory-store.js';
import type { CopyPage, MirrorEntry, MirrorStore, StoredChange, StoredEntry } from './mirror-store.js';
import type { Mirror, MirrorOptions, MirrorState } from './mirror.js';
import { Pause } from './pause.js';
import { whileSeen } from './wake.js';

const LABEL = 'mirror';

/** How many entries are asked for, read or written at once. */
const PAGE = 1000;
const READ = 100;
const BATCH = 200;
const BATCH_LENGTH = 1 << 20;

/** What it takes to make a mirror. */
export interface Mirroring {
  readonly following: Following;
  /** The operations, for this user only. */
  readonly dataOf: (owner: string) => Data;
  readonly address: string;
}

export class LocalMirror implements Mirror {
  readonly #mirroring: Mirroring;
  readonly #prefix: string;
  readonly #store: MirrorStore;
  readonly #whileHidden: boolean;
  readonly #closing = new AbortController();
  readonly #opened: Promise<{ owner: string; copy: string }>;
  readonly #running: Promise<void>;
  readonly #changeListeners = new Set<(keys: readonly string[] | undefined) => void>();
  readonly #stateListeners = new Set<(state: MirrorState) => void>();
  readonly #pause: Pause;
  /** What was changed here and is not among the changes that have come: a new copy may be too old to have it. */
  #own: StoredChange[] = [];
  #state: MirrorState = 'connecting';
  #revision: number | undefined;
  #error: unknown;
  #becomeReady!: () => void;
  readonly ready: Promise<void>;

  constructor(mirroring: Mirroring, { prefix = '', store = memoryStore(), whileHidden = false }: MirrorOptions) {
    this.#mirroring = mirroring;
    this.#prefix = prefix;
    this.#store = store;
    this.#whileHidden = whileHidden;
    const { clock, log } = mirroring.following;
    this.#pause = new Pause(clock, (line) => log(`${LABEL}: ${line}`));
    this.#opened = this.#open();
    this.#running = this.#run();
    const inStep = new Promise<void>((resolve) => (this.#becomeReady = resolve));
    this.ready = Promise.race([inStep, this.#running.then(() => this.#throwIfClosed())]);
    // Nobody has to wait for it.
    this.ready.catch(() => {});
  }

  get state(): MirrorState {
    return this.#state;
  }

  get revision(): number | undefined {
    return this.#revision;
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
      page = await guard(this.#store.list(copy, after, READ));
      for (const entry of page) {
        this.#throwIfClosed();
        if (this.#isAlive(entry)) {
          yield shown(entry);
        }
      }
      after = page.at(-1)?.key;
    } while (page.length === READ);
  }

  async set(key: string, value: string, options: SetOptions = {}): Promise<Tagged & Upserted> {
    const { owner } = await this.#opened;
    const { clock } = this.#mirroring.following;
    const stored = await this.#mirroring.dataOf(owner).set(key, value, options);
    const expiresAt = options.expiresIn === undefined ? {} : { expiresAt: new Date(clock.now() + options.expiresIn * 1000) };
    await this.#take({ type: 'put', key, value, etag: stored.etag, revision: revisionOf(stored.etag), ...expiresAt });
    return stored;
  }

  async delete(key: string, options: DeleteOptions = {}): Promise<boolean> {
    const { owner } = await this.#opened;
    try {
      const { etag } = await this.#mirroring.dataOf(owner).deleteEntry(key, options);
      await this.#take({ type: 'delete', key, revision: revisionOf(etag) });
      return true;
    } catch (error) {
      if (error instanceof LatchkeyError && error.code === ErrorCode.KeyNotFound) {
        return false;
      }
      throw error;
    }
  }

  onChange(listener: (keys: readonly string[] | undefined) => void): () => void {
    const own: typeof listener = (keys) => listener(keys);
    this.#changeListeners.add(own);
    return () => void this.#changeListeners.delete(own);
  }

  onState(listener: (state: MirrorState) => void): () => void {
    const own: typeof listener = (state) => listener(state);
    this.#stateListeners.add(own);
    return () => void this.#stateListeners.delete(own);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #open(): Promise<{ owner: string; copy: string }> {
    const session = this.#mirroring.following.session();
    const owner = await session.owner();
    if (owner === undefined) {
      throw new LatchkeyError('You are not logged in: call logIn first.', { kind: ErrorKind.NotLoggedIn, status: 401, code: ErrorCode.InvalidToken });
    }
    const copy = JSON.stringify([this.#mirroring.address, owner, this.#prefix]);
    this.#revision = await guard(this.#store.open(copy));
    return { owner, copy };
  }

  async #readable(): Promise<string> {
    this.#throwIfClosed();
    return (await this.#opened).copy;
  }

  #throwIfClosed(): void {
    if (this.#state === 'closed') {
      throw this.#error ?? failure(ErrorKind.ClientFailure, LABEL, 'it is closed.');
    }
  }

  #isAlive({ expiresAt }: StoredEntry): boolean {
    return expiresAt === undefined || expiresAt.getTime() > this.#mirroring.following.clock.now();
  }

  /** Ends when the mirror does. */
  async #run(): Promise<void> {
    const session = this.#mirroring.following.session();
    const closing = this.#closing.signal;
    let stopListening = () => {};
    try {
      const { owner, copy } = await this.#opened;
      const left = new AbortController();
      stopListening = session.listen(() => void session.owner().then((now) => now !== owner && left.abort(), () => {}));
      while (!closing.aborted) {
        await whileSeen(this.#whileHidden, [closing, left.signal], (signal) => this.#keepInStep(owner, copy, signal));
        if (!closing.aborted) {
          this.#setState('connecting');
        }
        if (left.signal.aborted) {
          throw new LatchkeyError('The log-in is over.', { kind: ErrorKind.NotLoggedIn, status: 401, code: ErrorCode.InvalidToken });
        }
      }
    } catch (error) {
      this.#error = error;
      if (isOver(error)) {
        // Nobody but this user may find it here. If the store cannot do that, it cannot be read either.
        await this.#store.clear().catch(() => {});
      }
    } finally {
      stopListening();
      this.#setState('closed');
    }
  }

  /** Makes a copy, if there is none, and follows the changes, for ever. */
  async #keepInStep(owner: string, copy: string, signal: AbortSignal): Promise<void> {
    let since = await guard(this.#store.open(copy));
    for (;;) {
      throwIfAborted(signal);
      if (since === undefined) {
        since = await this.#copied(owner, copy, signal);
      } else if (since !== this.#revision) {
        this.#tell(since, undefined);
      }
      const isGone = since !== undefined && (await this.#follow(owner, copy, since, signal));
      // Perhaps another tab has made a new copy already.
      const now: number | undefined = await guard(this.#store.open(copy));
      since = isGone && now === this.#revision ? undefined : now;
      this.#setState('connecting');
    }
  }

  /** True when the changes are gone, and false when the store has got another copy. */
  async #follow(owner: string, copy: string, since: number, signal: AbortSignal): Promise<boolean> {
    let batch: StoredChange[] = [];
    let length = 0;
    const flush = async (revision: number) => {
      const changes = batch;
      batch = [];
      length = 0;
      if (!(await guard(this.#store.apply(copy, changes, revision)))) {
        return false;
      }
      this.#own = this.#own.filter((change) => change.revision > revision);
      this.#tell(revision, changes.map(({ key }) => key));
      return true;
    };
    const onLost = () => this.#setState('offline');
    for await (const event of follow(this.#mirroring.following, { owner, since, signal, onLost })) {
      if (event.type === 'gone') {
        return true;
      }
      if (event.type !== 'position' && event.key.startsWith(this.#prefix)) {
        batch.push(event);
        length += event.type === 'put' ? event.value.length : 0;
      }
      if ((event.type === 'position' || batch.length >= BATCH || length >= BATCH_LENGTH) && !(await flush(event.revision))) {
        return false;
      }
      if (event.type === 'position') {
        this.#setState('live');
        this.#becomeReady();
      }
    }
    return false;
  }

  /** Where the new copy is; undefined if there is another already. */
  async #copied(owner: string, copy: string, signal: AbortSignal): Promise<number | undefined> {
    for (;;) {
      throwIfAborted(signal);
      try {
        let position: number | undefined;
        const pages = this.#pages(owner, signal, (revision) => (position ??= revision));
        if (!(await this.#store.replace(copy, pages))) {
          const another = await this.#store.open(copy);
          if (another === undefined) {
            await this.#pause.after(failure(ErrorKind.ClientFailure, LABEL, 'another copy was begun.'), signal);
          }
          return another;
        }
        this.#pause.reset();
        await this.#store.apply(copy, this.#own);
        this.#tell(position, undefined);
        return position;
      } catch (error) {
        throwIfAborted(signal);
        if (!isTransient(error)) {
          throw error instanceof LatchkeyError ? error : storeFailure(error);
        }
        this.#setState('offline');
        await this.#pause.after(error, signal);
      }
    }
  }

  async *#pages(owner: string, signal: AbortSignal, tell: (revision: number) => void): AsyncGenerator<CopyPage, void, undefined> {
    const { listEntries } = this.#mirroring.dataOf(owner);
    let cursor: string | undefined;
    do {
      const page = (await listEntries({ ...(this.#prefix !== '' && { prefix: this.#prefix }), cursor, limit: PAGE, signal })).data;
      tell(page.revision);
      yield { revision: page.revision, entries: page.entries.map(stored) };
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  /** A change that was made here. Whether the store takes it does not matter: it comes with the others, too. */
  async #take(change: StoredChange): Promise<void> {
    const { copy } = await this.#opened;
    if (!change.key.startsWith(this.#prefix) || this.#state === 'closed') {
      return;
    }
    this.#own.push(change);
    if (await this.#store.apply(copy, [change]).catch(() => false)) {
      this.#tell(this.#revision, [change.key]);
    }
  }

  #tell(revision: number | undefined, keys: readonly string[] | undefined): void {
    this.#revision = revision;
    if (keys === undefined || keys.length > 0) {
      this.#changeListeners.forEach((listener) => queueMicrotask(() => listener(keys)));
    }
  }

  #setState(state: MirrorState): void {
    if (this.#state !== state && this.#state !== 'closed') {
      this.#state = state;
      this.#stateListeners.forEach((listener) => queueMicrotask(() => listener(state)));
    }
  }
}

function stored({ key, value = '', etag, expiresAt }: { key: string; value?: string; etag: string; expiresAt?: Date }): StoredEntry {
  return { key, value, etag, revision: revisionOf(etag), ...(expiresAt && { expiresAt }) };
}

function shown({ revision, ...entry }: StoredEntry): MirrorEntry {
  return entry;
}

/** An ETag is the revision with which the entry was written, in quotes. */
function revisionOf(etag: string): number {
  return Number(etag.replace(/\D/g, ''));
}

function guard<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof LatchkeyError ? error : storeFailure(error);
  });
}

function storeFailure(cause: unknown): LatchkeyError {
  return failure(ErrorKind.ClientFailure, LABEL, `the store failed (${String((cause as Error | undefined)?.message ?? cause)}).`, { cause });
}

/** Whether the log-in is over. */
function isOver(error: unknown): boolean {
  return error instanceof LatchkeyError && (error.code === ErrorCode.InvalidToken || error.code === ErrorCode.InvalidRefreshToken);
}
