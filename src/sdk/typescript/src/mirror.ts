import type { Tagged, Upserted } from './calls.js';
import type { DeleteOptions, SetOptions } from './data.js';
import type { MirrorEntry, MirrorStore } from './mirror-store.js';

export interface MirrorOptions {
  /** What the keys begin with; without it, all keys. */
  prefix?: string;
  /** Where the copy is kept; by default in memory. */
  store?: MirrorStore;
  /** Whether it is kept in step also while nobody can see the page, which uses up one of the few connections that a browser has for a server. */
  whileHidden?: boolean;
}

/**
 * How a mirror is doing: `connecting` until it is in step, `live` while it is, `offline` when there is no connection, which it tries to get again, and `closed`
 * at the end.
 */
export type MirrorState = 'connecting' | 'live' | 'offline' | 'closed';

/**
 * A copy of the user's data that is kept in step with the server. It is read here, without a network too. It belongs to the user who is logged in when it is
 * made: when that log-in is over, it is deleted.
 */
export interface Mirror {
  readonly state: MirrorState;

  /** What the data of the copy are as of; undefined while there is no copy. It is known as soon as anything was read. */
  readonly revision: number | undefined;

  /** Resolves when the copy has been in step for the first time. Rejects if the mirror is closed before. */
  readonly ready: Promise<void>;

  /** Why the mirror has closed by itself: mostly, because the log-in is over. */
  readonly error: unknown;

  /** The entry of a key, as the copy has it; undefined if there is none. */
  get(key: string): Promise<MirrorEntry | undefined>;

  /** All entries of the copy, ordered by the UTF-8 of their keys. What changes meanwhile may be seen or not. */
  entries(): AsyncGenerator<MirrorEntry, void, undefined>;

  /** As `data.set`: on the server, and then in the copy, so that it is read from there at once. */
  set(key: string, value: string, options?: SetOptions): Promise<Tagged & Upserted>;

  /** As `data.delete`: on the server, and then in the copy. */
  delete(key: string, options?: DeleteOptions): Promise<boolean>;

  /**
   * Calls the listener with the keys whose entries may have changed in the copy; with undefined, if all may have. Entries that expire are told of a moment
   * after they are not to be read any more. Call the result to remove the listener.
   */
  onChange(listener: (keys: readonly string[] | undefined) => void): () => void;

  /** Calls the listener when `state` changes. Call the result to remove it. */
  onState(listener: (state: MirrorState) => void): () => void;

  /** Ends the connection, and the mirror. The copy stays in its store. */
  close(): Promise<void>;
}
