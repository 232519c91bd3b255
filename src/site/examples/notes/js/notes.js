/**
 * The notes as the server keeps them: an entry for each, with its id in the key and its text as the value. They are read from a copy in this browser, which the
 * client keeps in step with the server.
 */
import { copy, ErrorCode, ErrorKind, memoryStore } from './latchkey.js';

const PREFIX = 'notes/';
const keyOf = (id) => PREFIX + id;

/** An id that nobody else makes, on no device. It begins with the time: so the order of the keys is that in which the notes were made. */
export const newId = () => [Date.now(), ...crypto.getRandomValues(new Uint8Array(12))].map((number) => number.toString(36)).join('');

/** The first line that says something. */
export function titleOf(text) {
  const line = text.split('\n').find((line) => line.trim() !== '') ?? '';
  return Array.from(line.trim()).slice(0, 80).join('');
}

export class Notes {
  #data;
  #page;
  #mirror;
  #known; // The notes of the copy, by their ids; undefined as long as there is no copy.
  #last = Promise.resolve();

  /** The page has `listed(list)`, to which every note is given, with its id, text and ETag, the newest first, and `isInStep(state, error)`. */
  constructor(latchkey, page) {
    this.#data = latchkey.data;
    this.#page = page;
    this.#keep(latchkey, copy);
  }

  /** Reads a note from the copy again: another tab may have written it there. */
  look(id) {
    return this.#read([keyOf(id)]);
  }

  /**
   * Keeps a text that was made from the text `base`, which had this ETag; both are null for a new note. Gives the new ETag, or
   * undefined if somebody else has changed the note. With the same key it may be repeated, and is done once.
   */
  async save(id, { text, base, etag, idempotencyKey }) {
    try {
      const condition = etag ? { ifMatch: etag } : { ifNoneMatch: '*' };
      const { etag: now } = await this.#mirror.set(keyOf(id), text, { ...condition, idempotencyKey });
      await this.look(id);
      return now;
    } catch (error) {
      if (error.code !== ErrorCode.PreconditionFailed) throw error;
      const now = await this.#ask(id);
      if (now?.text === text) return now.etag;
      // Deleted elsewhere, or as we know it, by another ETag: another tab has saved it.
      const isOurs = now === null || now.text === base;
      return isOurs ? this.save(id, { text, base, etag: now?.etag, idempotencyKey: newId() }) : undefined;
    }
  }

  /** Deletes a note that still has this ETag; fails if somebody has changed it. */
  async remove(id, etag) {
    try {
      await this.#mirror.delete(keyOf(id), etag ? { ifMatch: etag } : {});
    } catch (error) {
      const isGone = error.code === ErrorCode.PreconditionFailed && error.etag === undefined;
      if (!isGone) throw error;
    }
    await this.look(id);
  }

  #keep(latchkey, store) {
    const mirror = latchkey.data.mirror({ prefix: PREFIX, store });
    this.#mirror = mirror;
    mirror.onChange((keys) => this.#read(keys));
    mirror.onState((state) => {
      if (state !== 'closed') {
        this.#page.isInStep(state);
      } else if (mirror.error?.kind === ErrorKind.ClientFailure && store === copy) {
        this.#keep(latchkey, memoryStore()); // This browser keeps no databases, or has no more room.
      } else {
        this.#page.isInStep(state, mirror.error);
      }
    });
    this.#read();
  }

  /** Reads from the copy what has changed, or everything, and tells the page; one after the other. */
  #read(keys) {
    this.#last = this.#last.then(() => this.#readNow(this.#known && keys)).catch(() => {}); // It is closed: the page learns it by `isInStep`.
    return this.#last;
  }

  async #readNow(keys) {
    const known = keys ? this.#known : new Map();
    if (keys) {
      for (const key of keys) set(known, key, await this.#mirror.get(key));
    } else {
      for await (const entry of this.#mirror.entries()) set(known, entry.key, entry);
    }
    if (this.#mirror.revision === undefined) return;
    this.#known = known;
    this.#page.listed([...known.values()].sort((one, other) => (one.id < other.id ? 1 : -1)));
  }

  /** The text and the ETag of a note as the server has it now; null if there is no such note. */
  async #ask(id) {
    try {
      const { data, etag } = await this.#data.readEntry(keyOf(id));
      return { text: data.value, etag };
    } catch (error) {
      if (error.code !== ErrorCode.KeyNotFound) throw error;
      return null;
    }
  }
}

function set(known, key, entry) {
  const id = key.slice(PREFIX.length);
  if (entry) known.set(id, { id, text: entry.value, etag: entry.etag });
  else known.delete(id);
}
