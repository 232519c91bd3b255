import { type CopyPage, isNews, type MirrorStore, type StoredChange, type StoredEntry } from './mirror-store.js';

/** Keeps the copy of a mirror in memory, until the page or the process ends. */
export function memoryStore(): MirrorStore {
  return new MemoryStore();
}

class MemoryStore implements MirrorStore {
  #copy: string | undefined;
  #revision = 0;
  #entries = new Map<string, StoredEntry>();
  /** In order; undefined after one has come or gone. */
  #keys: string[] | undefined;
  #replacing: object | undefined;

  async open(copy: string): Promise<number | undefined> {
    if (this.#copy !== copy) {
      await this.clear();
      return undefined;
    }
    return this.#revision;
  }

  async get(copy: string, key: string): Promise<StoredEntry | undefined> {
    return this.#copy === copy ? this.#entries.get(key) : undefined;
  }

  async list(copy: string, after: string | undefined, limit: number): Promise<StoredEntry[]> {
    if (this.#copy !== copy) {
      return [];
    }
    const keys = (this.#keys ??= [...this.#entries.keys()].sort(byUtf8));
    const start = after === undefined ? 0 : firstAfter(keys, after);
    return keys.slice(start, start + limit).map((key) => this.#entries.get(key)!);
  }

  async apply(copy: string, changes: readonly StoredChange[], revision = 0): Promise<boolean> {
    if (this.#copy !== copy) {
      return false;
    }
    for (const change of changes) {
      const stored = this.#entries.get(change.key);
      if (!isNews(change, this.#revision, stored)) {
        continue;
      }
      if (change.type === 'put') {
        const { type, ...entry } = change;
        this.#entries.set(change.key, entry);
      } else {
        this.#entries.delete(change.key);
      }
      if (change.type === 'delete' || stored === undefined) {
        this.#keys = undefined;
      }
    }
    this.#revision = Math.max(this.#revision, revision);
    return true;
  }

  async replace(copy: string, pages: AsyncIterable<CopyPage>): Promise<boolean> {
    const replacing = (this.#replacing = {});
    const entries = new Map<string, StoredEntry>();
    let position: number | undefined;
    for await (const page of pages) {
      position ??= page.revision;
      page.entries.forEach((entry) => entries.set(entry.key, entry));
    }
    if (this.#replacing !== replacing || position === undefined) {
      return false;
    }
    this.#copy = copy;
    this.#revision = position;
    this.#entries = entries;
    this.#keys = undefined;
    return true;
  }

  async clear(): Promise<void> {
    this.#copy = undefined;
    this.#entries = new Map();
    this.#keys = undefined;
    this.#replacing = undefined;
  }
}

/** Where the keys after this one begin. */
function firstAfter(keys: readonly string[], after: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byUtf8(keys[middle], after) > 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** As their UTF-8 is ordered. It is not the order of JavaScript, which has U+10000 and beyond before U+E000. */
function byUtf8(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const difference = rank(one.charCodeAt(i)) - rank(other.charCodeAt(i));
    if (difference !== 0) {
      return difference;
    }
  }
  return one.length - other.length;
}

function rank(unit: number): number {
  return unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
