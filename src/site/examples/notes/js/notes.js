/** The notes as the server keeps them: an entry for each, with its id in the key and its text as the value. */
import { ErrorCode } from './latchkey.js';

const PREFIX = 'notes/';
const keyOf = (id) => PREFIX + id;

/** An id that nobody else makes, on no device. */
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36)).join('');

/** The first line that says something. */
export function titleOf(text) {
  const line = text.split('\n').find((line) => line.trim() !== '') ?? '';
  return Array.from(line.trim()).slice(0, 80).join('');
}

export class Notes {
  #data;
  #known; // The notes as they were last read, by their ids.

  constructor(latchkey) {
    this.#data = latchkey.data;
  }

  /** Every note, with its id, text and ETag, the newest first. Only at first all texts are read, later those that have changed. */
  async list() {
    const known = this.#known;
    const listed = new Map();
    for await (const { key, value, etag, createdAt } of this.#data.list({ prefix: PREFIX, values: known === undefined })) {
      const id = key.slice(PREFIX.length);
      const before = known?.get(id);
      const now = value !== undefined ? { text: value, etag } : before?.etag === etag ? before : await this.#read(id);
      if (now) listed.set(id, { id, createdAt, ...now });
    }
    this.#known = listed;
    return [...listed.values()].sort((one, other) => other.createdAt - one.createdAt);
  }

  /**
   * Keeps a text that was made from the text `base`, which had this ETag; both are null for a new note. Gives the new ETag, or
   * undefined if somebody else has changed the note. With the same key it may be repeated, and is done once.
   */
  async save(id, { text, base, etag, idempotencyKey }) {
    try {
      const condition = etag ? { ifMatch: etag } : { ifNoneMatch: '*' };
      return (await this.#data.set(keyOf(id), text, { ...condition, idempotencyKey })).etag;
    } catch (error) {
      if (error.code !== ErrorCode.PreconditionFailed) throw error;
      const now = await this.#read(id);
      if (now?.text === text) return now.etag;
      // Deleted elsewhere, or as we know it, by another ETag: another tab has saved it.
      const isOurs = now === null || now.text === base;
      return isOurs ? this.save(id, { text, base, etag: now?.etag, idempotencyKey: newId() }) : undefined;
    }
  }

  /** Fails if somebody has changed the note since it was listed. */
  async remove(id) {
    const etag = this.#known?.get(id)?.etag;
    try {
      await this.#data.delete(keyOf(id), etag ? { ifMatch: etag } : {});
    } catch (error) {
      const isGone = error.code === ErrorCode.PreconditionFailed && error.etag === undefined;
      if (!isGone) throw error;
    }
  }

  /** The text and the ETag of a note; null if there is no such note. */
  async #read(id) {
    try {
      const { data, etag } = await this.#data.readEntry(keyOf(id));
      return { text: data.value, etag };
    } catch (error) {
      if (error.code !== ErrorCode.KeyNotFound) throw error;
      return null;
    }
  }
}
