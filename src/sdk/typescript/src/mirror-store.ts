/** An entry of a copy. */
export interface MirrorEntry {
  readonly key: string;
  readonly value: string;
  readonly etag: string;
  /** When the entry expires; absent if it does not. */
  readonly expiresAt?: Date;
}

/** An entry as a store keeps it. */
export interface StoredEntry extends MirrorEntry {
  /** The revision with which it was written. */
  readonly revision: number;
}

/** What a store is to change: an entry to put, or the key of one to delete. */
export type StoredChange = ({ readonly type: 'put' } & StoredEntry) | { readonly type: 'delete'; readonly key: string; readonly revision: number };

/** Some of the entries of a new copy, and where the server's data were when it was asked for them. */
export interface CopyPage {
  readonly revision: number;
  readonly entries: readonly StoredEntry[];
}

/**
 * Keeps the copy of a mirror: one at a time. Several mirrors, as those of the tabs of a browser, may use it at once. `copy` says whose copy of what it is;
 * of any other copy than this, a store gives nothing away. Each method does what it does as a whole or not at all.
 */
export interface MirrorStore {
  /** The revision up to which the store has this copy; undefined if it has not got it, or not whole. Anything else that is there is deleted. */
  open(copy: string): Promise<number | undefined>;

  get(copy: string, key: string): Promise<StoredEntry | undefined>;

  /** The next entries, in the order of the UTF-8 of their keys: up to `limit`, after the key `after`, or from the beginning. */
  list(copy: string, after: string | undefined, limit: number): Promise<StoredEntry[]>;

  /**
   * Changes the copy, but never back: a change counts only if its revision is beyond that of the copy, and not before that of the entry. With `revision`, the copy
   * is then there, unless it is further already. False, and nothing is changed, if the store has no such copy.
   */
  apply(copy: string, changes: readonly StoredChange[], revision?: number): Promise<boolean>;

  /**
   * Takes a whole copy, which is at the revision of the first page, in place of what is there, which is read until the last page has come. False if another
   * was begun meanwhile, which then counts. What is cut off half-way is not kept.
   */
  replace(copy: string, pages: AsyncIterable<CopyPage>): Promise<boolean>;

  /** Deletes everything. */
  clear(): Promise<void>;
}

/** Whether a change is later than what a copy has. */
export function isNews(change: StoredChange, position: number, stored: StoredEntry | undefined): boolean {
  return change.revision > position && (stored === undefined || change.revision >= stored.revision);
}
