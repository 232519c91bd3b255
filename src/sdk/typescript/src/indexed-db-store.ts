import { type CopyPage, isNews, type MirrorStore, type StoredChange, type StoredEntry } from './mirror-store.js';
import { uuid } from './uuid.js';

const VERSION = 1;
const STATE = 'state';
const ENTRIES = 'entries';

/** The one record about the copy. */
interface State {
  readonly copy: string;
  /** What the keys of the entries of this copy begin with. */
  readonly part: string;
  readonly revision: number;
}

/** Keeps the copy of a mirror in this database of the browser, for all tabs of the site: it is there again after a reload, also without a network. */
export function indexedDbStore(name: string): MirrorStore {
  return new IndexedDbStore(name);
}

class IndexedDbStore implements MirrorStore {
  readonly #name: string;
  #database: Promise<IDBDatabase> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  open(copy: string): Promise<number | undefined> {
    return this.#transaction('readwrite', async (work) => {
      const state = await work.state(copy);
      if (state === undefined) {
        work.clear();
      }
      return state?.revision;
    });
  }

  get(copy: string, key: string): Promise<StoredEntry | undefined> {
    return this.#transaction('readonly', async (work) => {
      const state = await work.state(copy);
      return state && (await work.get(state.part, key));
    });
  }

  list(copy: string, after: string | undefined, limit: number): Promise<StoredEntry[]> {
    return this.#transaction('readonly', async (work) => {
      const state = await work.state(copy);
      return state === undefined ? [] : await work.list(state.part, after, limit);
    });
  }

  apply(copy: string, changes: readonly StoredChange[], revision = 0): Promise<boolean> {
    return this.#transaction('readwrite', async (work) => {
      const state = await work.state(copy);
      if (state === undefined) {
        return false;
      }
      for (const change of changes) {
        if (!isNews(change, state.revision, await work.get(state.part, change.key))) {
          continue;
        }
        if (change.type === 'put') {
          const { type, ...entry } = change;
          work.put(state.part, entry);
        } else {
          work.delete(state.part, change.key);
        }
      }
      if (revision > state.revision) {
        work.setState({ ...state, revision });
      }
      return true;
    });
  }

  /** A transaction does not outlive a wait for the network: so the new part is filled in many, beside the old one, and takes its place in the last. */
  async replace(copy: string, pages: AsyncIterable<CopyPage>): Promise<boolean> {
    const part = uuid();
    await this.#transaction('readwrite', async (work) => work.begin(part, (await work.state(copy))?.part));
    let revision: number | undefined;
    for await (const page of pages) {
      revision ??= page.revision;
      const isOurs = await this.#transaction('readwrite', async (work) => {
        const isStillOurs = (await work.begun()) === part;
        if (isStillOurs) {
          page.entries.forEach((entry) => work.put(part, entry));
        }
        return isStillOurs;
      });
      if (!isOurs) {
        return false;
      }
    }
    return await this.#transaction('readwrite', async (work) => {
      if (revision === undefined || (await work.begun()) !== part) {
        return false;
      }
      work.setState({ copy, part, revision });
      work.end(part);
      return true;
    });
  }

  clear(): Promise<void> {
    return this.#transaction('readwrite', async (work) => work.clear());
  }

  async #transaction<T>(mode: IDBTransactionMode, use: (work: Work) => Promise<T>): Promise<T> {
    const transaction = (await this.#opened()).transaction([STATE, ENTRIES], mode);
    const completed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('The transaction was aborted.'));
    });
    try {
      const result = await use(new Work(transaction));
      await completed;
      return result;
    } catch (error) {
      completed.catch(() => {});
      try {
        transaction.abort();
      } catch {
        // It is over already.
      }
      throw error;
    }
  }

  #opened(): Promise<IDBDatabase> {
    return (this.#database ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(this.#name, VERSION);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(STATE);
        request.result.createObjectStore(ENTRIES);
      };
      request.onsuccess = () => {
        const database = request.result;
        const forget = () => (this.#database = undefined);
        database.onclose = forget;
        // Nobody who deletes the database has to wait for this tab.
        database.onversionchange = () => {
          database.close();
          forget();
        };
        resolve(database);
      };
      request.onerror = () => reject(request.error);
    }).catch((error: unknown) => {
      this.#database = undefined;
      throw error;
    }));
  }
}

/** What is done in one transaction. */
class Work {
  readonly #state: IDBObjectStore;
  readonly #entries: IDBObjectStore;

  constructor(transaction: IDBTransaction) {
    this.#state = transaction.objectStore(STATE);
    this.#entries = transaction.objectStore(ENTRIES);
  }

  /** Of this copy; undefined if it is not there. */
  async state(copy: string): Promise<State | undefined> {
    const state: State | undefined = await result(this.#state.get('copy'));
    return state?.copy === copy ? state : undefined;
  }

  setState(state: State): void {
    this.#state.put(state, 'copy');
  }

  /** The part that is being filled. */
  async begun(): Promise<string | undefined> {
    return await result(this.#state.get('begun'));
  }

  /** Begins to fill a part, and deletes what was not filled to the end before. */
  begin(part: string, kept: string | undefined): void {
    if (kept === undefined) {
      this.#state.delete('copy');
    }
    this.#state.put(part, 'begun');
    this.#deleteAllBut(kept);
  }

  end(part: string): void {
    this.#state.delete('begun');
    this.#deleteAllBut(part);
  }

  get(part: string, key: string): Promise<StoredEntry | undefined> {
    return result(this.#entries.get(place(part, key)));
  }

  list(part: string, after: string | undefined, limit: number): Promise<StoredEntry[]> {
    const range = IDBKeyRange.bound(after === undefined ? [part] : place(part, after), beyond(part), true, true);
    return result(this.#entries.getAll(range, limit));
  }

  put(part: string, entry: StoredEntry): void {
    this.#entries.put(entry, place(part, entry.key));
  }

  delete(part: string, key: string): void {
    this.#entries.delete(place(part, key));
  }

  clear(): void {
    this.#state.clear();
    this.#entries.clear();
  }

  #deleteAllBut(part: string | undefined): void {
    if (part === undefined) {
      this.#entries.clear();
    } else {
      this.#entries.delete(IDBKeyRange.upperBound([part], true));
      this.#entries.delete(IDBKeyRange.lowerBound(beyond(part), true));
    }
  }
}

/** Bytes are ordered as the server orders keys; strings would not be. */
function place(part: string, key: string): IDBValidKey {
  return [part, new TextEncoder().encode(key)];
}

/** After all places of the part: arrays are after bytes. */
function beyond(part: string): IDBValidKey {
  return [part, []];
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
