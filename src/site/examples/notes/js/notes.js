/** The notes as the server keeps them: an entry for each, and one, the list, with the id and the title of each. */
import { ErrorCode, LatchkeyError } from './latchkey.js';

const LIST = 'notes';
const keyOf = (id) => `notes/${id}`;

/** An id that nobody else makes, on no device. */
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36)).join('');

/** The first line that says something. */
export function titleOf(text) {
  const line = text.split('\n').find((line) => line.trim() !== '') ?? '';
  return Array.from(line.trim()).slice(0, 80).join('');
}

export class Notes {
  #data;

  constructor(latchkey) {
    this.#data = latchkey.data;
  }

  /** The id and the title of every note, the newest first. */
  async list() {
    return JSON.parse((await this.#read(LIST)) ?? '[]');
  }

  /** The text of a note, or null if there is no such note. */
  read(id) {
    return this.#read(keyOf(id));
  }

  /**
   * Keeps a text, and says whether it did: not if somebody has made another of this note than those in `known`; a new note is
   * null. Before it writes, `sending` is told what it replaces. There are no conditional writes in the API yet: who writes
   * between our reading and our writing is not noticed.
   */
  async save(id, known, text, sending) {
    let current = known.every((one) => one === null) ? null : await this.#read(keyOf(id)); // Nobody else knows a new one.
    while (current !== text) {
      if (current !== null && !known.includes(current)) return false;
      sending(current);
      if (await this.#write(keyOf(id), text, current !== null)) break;
      current = await this.#read(keyOf(id));
    }
    await this.#changeList((list) => {
      const note = { id, title: titleOf(text) };
      return list.some((one) => one.id === id) ? list.map((one) => (one.id === id ? note : one)) : [note, ...list];
    });
    return true;
  }

  async remove(id) {
    await this.#data.deleteEntry(keyOf(id)).catch(unless(ErrorCode.KeyNotFound));
    await this.#changeList((list) => list.filter((one) => one.id !== id));
  }

  /** Looks again after it has written: another device may have written the list in the same moment. */
  async #changeList(change) {
    for (;;) {
      const before = await this.#read(LIST);
      const after = JSON.stringify(change(JSON.parse(before ?? '[]')));
      if (after === (before ?? '[]')) {
        return;
      }
      await this.#write(LIST, after, before !== null);
    }
  }

  #read(key) {
    return this.#data.readEntry(key).then((answer) => answer.data.value, unless(ErrorCode.KeyNotFound));
  }

  /** Whether it did; not if somebody has made or deleted the entry in this very moment. */
  async #write(key, value, isThere) {
    try {
      await (isThere ? this.#data.updateEntry(key, { value }) : this.#data.createEntry({ key, value }));
      return true;
    } catch (error) {
      unless(isThere ? ErrorCode.KeyNotFound : ErrorCode.KeyExists)(error);
      return false;
    }
  }
}

/** Takes an error of this code for null, and throws every other. */
function unless(code) {
  return (error) => {
    if (error instanceof LatchkeyError && error.code === code) {
      return null;
    }
    throw error;
  };
}
