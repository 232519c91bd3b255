import type { Tagged, Upserted } from './calls.js';
import { type ChangeEvent, changes, type ChangesOptions } from './changes.js';
import type { Following } from './connection.js';
import type { ChangesApi } from './generated/apis/ChangesApi.js';
import { ErrorCode } from './generated/models/ErrorCode.js';
import type { BatchOperation } from './generated/models/BatchOperation.js';
import type { BatchResult } from './generated/models/BatchResult.js';
import type { DataApi, DeleteEntryOptions, ImportEntriesOptions, RunBatchOptions, UpdateEntryOptions } from './generated/apis/DataApi.js';
import type { ImportedEntry } from './generated/models/ImportedEntry.js';
import { ImportMode } from './generated/models/ImportMode.js';
import type { ListedEntry } from './generated/models/ListedEntry.js';
import { LatchkeyError } from './error.js';
import { importAll, type ImportSummary } from './import.js';
import type { CallOptions } from './latchkey.js';
import { LocalMirror } from './local-mirror.js';
import type { Mirror, MirrorOptions } from './mirror.js';

/** The max number of entries that the server gives at once. */
const MAX_PAGE = 1000;

export interface ListOptions extends CallOptions {
  /** What the keys begin with; without it, all keys. */
  prefix?: string;
  /** The max number of entries in all; without it, all that there are. */
  limit?: number;
  /** How many entries to ask the server for at once, 1 to 1000, which is also what it does without it. */
  pageSize?: number;
  /** Whether the entries come with their values, which they do unless this is false. */
  values?: boolean;
}

export interface SetOptions extends CallOptions, Omit<UpdateEntryOptions, 'upsert'> {
  /** Seconds until the entry expires; without it, it does not. */
  expiresIn?: number;
}

export interface DeleteOptions extends CallOptions, DeleteEntryOptions {}

export interface BatchOptions extends CallOptions, RunBatchOptions {}

export interface ImportOptions extends CallOptions, ImportEntriesOptions {}

/** The key-value store of the user: short ways to one value and to many, beside the operations of the contract. */
export interface Data extends DataApi, ChangesApi {
  /** The value of a key; null if there is none. With its ETag, `readEntry` gives it. */
  get(key: string, options?: CallOptions): Promise<string | null>;

  /**
   * Stores a value under a key, whether there was one or not. With `ifMatch`, only if the entry still has this ETag, and with
   * `ifNoneMatch: '*'`, only if there is none: otherwise it fails with `PRECONDITION_FAILED`, and the `etag` of the error is the current one.
   */
  set(key: string, value: string, options?: SetOptions): Promise<Tagged & Upserted>;

  /** Deletes a key and its value; false if there was none. */
  delete(key: string, options?: DeleteOptions): Promise<boolean>;

  /**
   * The entries whose keys begin with `prefix`, ordered by the UTF-8 of their keys: `for await (const entry of latchkey.data.list())`. It asks the server for
   * more as the loop goes on, and stops when that is left. What changes meanwhile may be seen or not.
   */
  list(options: ListOptions & { values: false }): AsyncGenerator<Omit<ListedEntry, 'value'>, void, undefined>;
  list(options?: ListOptions & { values?: true }): AsyncGenerator<ListedEntry & { value: string }, void, undefined>;
  list(options?: ListOptions): AsyncGenerator<ListedEntry, void, undefined>;

  /** Does all of up to 100 operations, in their order, or none; gives a result for each. */
  batch(operations: readonly BatchOperation[], options?: BatchOptions): Promise<BatchResult[]>;

  /**
   * Stores any number of entries, as `list` gives them: `target.data.import(source.data.list())`. It takes them as they come, and sends up to 1,000 in each
   * request. `mode` says what becomes of an entry whose key exists: with `create`, the default, it counts as failed, with `replace` it replaces the old one, and
   * with `skip` it is left out. An entry that cannot be stored does not stop the others: look at `failed` and `failures`.
   *
   * If it fails as a whole, entries from the beginning have been stored: import all of them again, with `skip` or `replace`. With these, the client also repeats a
   * request whose answer was lost; what was stored without an answer then counts as skipped or replaced. With `create` it does not.
   */
  import(entries: Iterable<ImportedEntry> | AsyncIterable<ImportedEntry>, options?: ImportOptions): Promise<ImportSummary>;

  /**
   * Follows what changes: `for await (const change of latchkey.data.changes({ since }))`. Each event is a `put`, a `delete` or, as the last one, `gone`; with
   * `positions: true` also a `position`. Who applies them in this order has exactly the user's data at each `position`. It does not end by itself, but reconnects
   * from where it was, however often. It throws when the log-in is over; leave the loop, or abort `signal`, to end it.
   */
  changes<Values extends boolean = true, Positions extends boolean = false>(
    options?: ChangesOptions & { values?: Values; positions?: Positions },
  ): AsyncGenerator<ChangeEvent<Values, Positions>, void, undefined>;

  /** A copy of the user's data, kept in step with the server, and read without it. */
  mirror(options?: MirrorOptions): Mirror;
}

/** `repeating` makes calls that are repeated when the answer was lost. */
export function makeData(api: DataApi & ChangesApi, repeating: DataApi, address: string, following: Following, dataOf: (owner: string) => Data): Data {
  return {
    ...api,

    changes: (options = {}) => changes(following, options),

    mirror: (options = {}) => new LocalMirror({ following, dataOf, address }, options),

    get: (key, options = {}) => api.readEntry(key, options).then(({ data }) => data.value, unlessAbsent(null)),

    async set(key, value, { expiresIn, ...options } = {}) {
      const { etag, created } = await api.updateEntry(key, { value, expiresIn }, { ...options, upsert: true });
      return { etag, created };
    },

    delete: (key, options = {}) => api.deleteEntry(key, options).then(() => true, unlessAbsent(false)),

    list: (options = {}) => entries(api, options) as AsyncGenerator<ListedEntry & { value: string }, void, undefined>,

    async batch(operations, options = {}) {
      return (await api.runBatch({ operations: [...operations] }, options)).data.results;
    },

    import(entries, options = {}) {
      // With `create`, a repetition would find what the first attempt has stored.
      const { importEntries } = options.mode === ImportMode.Replace || options.mode === ImportMode.Skip ? repeating : api;
      return importAll(entries, async (lines) => (await importEntries(lines, options)).data, options.signal);
    },
  };
}

async function* entries(api: DataApi, { limit = Infinity, pageSize = MAX_PAGE, ...options }: ListOptions): AsyncGenerator<ListedEntry, void, undefined> {
  let cursor: string | undefined;
  for (let left = limit; left !== 0; ) {
    const page = (await api.listEntries({ ...options, cursor, limit: Math.min(left, pageSize) })).data;
    yield* page.entries;
    left -= page.entries.length;
    cursor = page.nextCursor;
    if (cursor === undefined) {
      return;
    }
  }
}

/** What it is instead if there is no such entry. */
function unlessAbsent<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof LatchkeyError && error.code === ErrorCode.KeyNotFound) {
      return instead;
    }
    throw error;
  };
}
