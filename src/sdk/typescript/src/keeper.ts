import { throwIfAborted } from './abort.js';
import { follow } from './changes.js';
import type { Following } from './connection.js';
import type { Data } from './data.js';
import { ErrorKind, failure, isTransient, LatchkeyError } from './error.js';
import type { CopyPage, MirrorStore, StoredChange, StoredEntry } from './mirror-store.js';
import type { MirrorState } from './mirror.js';
import { Pause } from './pause.js';

const LABEL = 'mirror';

/** How many entries are asked for at once, and how many changes, and how much of values, are stored at once. */
const PAGE = 1000;
const BATCH = 200;
const BATCH_LENGTH = 1 << 20;

/** What it takes to keep a copy in step. */
export interface Keeping {
  readonly following: Following;
  /** The operations, for this user only. */
  readonly data: Data;
  readonly owner: string;
  readonly prefix: string;
  readonly store: MirrorStore;
  /** The name of the copy in its store. */
  readonly copy: string;
  readonly onChange: (keys: readonly string[] | undefined) => void;
  readonly onState: (state: MirrorState) => void;
}

/** Keeps a copy in its store in step with the server. */
export class Keeper {
  readonly #keeping: Keeping;
  readonly #pause: Pause;
  /** What was changed here and is not among the changes that have come: a new copy may be too old to have it. */
  #own: StoredChange[] = [];

  /** Where the copy is, as far as is known here. */
  revision: number | undefined;

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
    const { clock, log } = keeping.following;
    this.#pause = new Pause(clock, (line) => log(`${LABEL}: ${line}`));
  }

  /** Finds the copy that is in the store. */
  async open(): Promise<this> {
    this.revision = await this.#stored();
    return this;
  }

  /** Makes a copy, if there is none, and follows the changes, until it is aborted. */
  async keep(signal: AbortSignal): Promise<void> {
    let since = await this.#stored();
    for (;;) {
      throwIfAborted(signal);
      if (since === undefined) {
        since = await this.#copied(signal);
      } else if (since !== this.revision) {
        this.#tell(since, undefined);
      }
      const isGone = since !== undefined && (await this.#follow(since, signal));
      this.#keeping.onState('connecting');
      // Perhaps another tab has made a new copy already.
      const now = await this.#stored();
      since = isGone && now === this.revision ? undefined : now;
    }
  }

  /** Takes a change that was made here, ahead of those that come. Whether the store takes it does not matter then. */
  async take(change: StoredChange): Promise<void> {
    const { store, copy, prefix } = this.#keeping;
    if (change.key.startsWith(prefix)) {
      this.#own.push(change);
      if (await store.apply(copy, [change]).catch(() => false)) {
        this.#tell(this.revision, [change.key]);
      }
    }
  }

  #stored(): Promise<number | undefined> {
    return guard(this.#keeping.store.open(this.#keeping.copy));
  }

  /** True when the changes are gone, and false when the store has got another copy. */
  async #follow(since: number, signal: AbortSignal): Promise<boolean> {
    const { following, owner, prefix, onState } = this.#keeping;
    let batch: StoredChange[] = [];
    let length = 0;
    for await (const event of follow(following, { owner, since, signal, onLost: () => onState('offline') })) {
      if (event.type === 'gone') {
        return true;
      }
      if (event.type !== 'position' && event.key.startsWith(prefix)) {
        batch.push(event);
        length += event.type === 'put' ? event.value.length : 0;
      }
      if (event.type === 'position' || batch.length >= BATCH || length >= BATCH_LENGTH) {
        if (!(await this.#apply(batch, event.revision))) {
          return false;
        }
        batch = [];
        length = 0;
      }
      if (event.type === 'position') {
        onState('live');
      }
    }
    return false;
  }

  async #apply(changes: readonly StoredChange[], revision: number): Promise<boolean> {
    const { store, copy } = this.#keeping;
    if (!(await guard(store.apply(copy, changes, revision)))) {
      return false;
    }
    this.#own = this.#own.filter((change) => change.revision > revision);
    this.#tell(revision, changes.map(({ key }) => key));
    return true;
  }

  /** Where the new copy is; undefined if there is another, which may be unfinished. */
  async #copied(signal: AbortSignal): Promise<number | undefined> {
    const { store, copy, onState } = this.#keeping;
    for (;;) {
      throwIfAborted(signal);
      try {
        let position: number | undefined;
        const pages = this.#pages(signal, (revision) => (position ??= revision));
        if (!(await store.replace(copy, pages))) {
          const another = await store.open(copy);
          if (another === undefined || another === this.revision) {
            // It is not finished. It needs time, and more each time: else each of the two would begin anew what the other one has begun.
            await this.#pause.after(failure(ErrorKind.ClientFailure, LABEL, 'another copy was begun.'), signal);
            return await store.open(copy);
          }
          return another;
        }
        this.#pause.reset();
        await store.apply(copy, this.#own);
        this.#tell(position, undefined);
        return position;
      } catch (error) {
        throwIfAborted(signal);
        if (!isTransient(error)) {
          throw asFailure(error);
        }
        onState('offline');
        await this.#pause.after(error, signal);
      }
    }
  }

  async *#pages(signal: AbortSignal, tell: (revision: number) => void): AsyncGenerator<CopyPage, void, undefined> {
    const { data, prefix } = this.#keeping;
    let cursor: string | undefined;
    do {
      const page = (await data.listEntries({ ...(prefix !== '' && { prefix }), cursor, limit: PAGE, signal })).data;
      tell(page.revision);
      yield { revision: page.revision, entries: page.entries.map(stored) };
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  #tell(revision: number | undefined, keys: readonly string[] | undefined): void {
    this.revision = revision;
    if (keys === undefined || keys.length > 0) {
      this.#keeping.onChange(keys);
    }
  }
}

function stored({ key, value = '', etag, expiresAt }: { key: string; value?: string; etag: string; expiresAt?: Date }): StoredEntry {
  return { key, value, etag, revision: revisionOf(etag), ...(expiresAt && { expiresAt }) };
}

/** An ETag is the revision with which the entry was written, in quotes. */
export function revisionOf(etag: string): number {
  return Number(etag.replace(/\D/g, ''));
}

/** Makes what a store fails with a {@link LatchkeyError}. */
export function guard<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw asFailure(error);
  });
}

function asFailure(error: unknown): LatchkeyError {
  if (error instanceof LatchkeyError) {
    return error;
  }
  return failure(ErrorKind.ClientFailure, LABEL, `the store failed (${String((error as Error | undefined)?.message ?? error)}).`, { cause: error });
}
