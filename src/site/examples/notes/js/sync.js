/** Brings drafts to the server and the server's notes to the page: when it is told to, and again as long as that fails. */
import { isPassing } from './messages.js';

const LONGEST_WAIT = 30;

export class Sync {
  #notes;
  #drafts;
  #page;
  #timer;
  #failures = 0;
  #last = Promise.resolve();

  /**
   * The page has `isStillOurs()`, `saving()`, `saved(id, newId, text)`, `listed(list)`, `wanted()`, the id of a note to read, `read(id, text)`,
   * `inSync()` and `failed(error, secondsToNextTry)`.
   */
  constructor(notes, drafts, page) {
    this.#notes = notes;
    this.#drafts = drafts;
    this.#page = page;
  }

  soon(milliseconds = 800) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), milliseconds);
  }

  /** It ends when all is in sync, or something has failed. */
  now() {
    const pass = this.#last.then(() => this.#pass());
    this.#last = pass.catch(() => {});
    return pass;
  }

  /** Deletes a note, and what was not saved of it. */
  async remove(id) {
    await alone(async () => {
      await this.#notes.remove(id);
      this.#drafts.remove(id);
    });
    await this.now();
  }

  async #pass() {
    clearTimeout(this.#timer);
    try {
      const refused = await this.#saveDrafts();
      this.#page.listed(await this.#notes.list());
      const id = this.#page.wanted();
      if (id) this.#page.read(id, await this.#notes.read(id));
      if (refused) throw refused;
      this.#failures = 0;
      this.#drafts.ids().length === 0 ? this.#page.inSync() : this.soon();
    } catch (error) {
      const wait = isPassing(error) ? (error.retryAfter ?? Math.min(2 ** this.#failures++, LONGEST_WAIT)) : null;
      if (wait !== null) this.soon(wait * 1000);
      this.#page.failed(error, wait);
    }
  }

  /** One that the server does not take keeps no other from being saved. */
  async #saveDrafts() {
    let refused;
    for (const id of this.#drafts.ids()) {
      try {
        await alone(() => this.#save(id));
      } catch (error) {
        if (isPassing(error)) throw error;
        refused = error;
      }
    }
    return refused;
  }

  async #save(id) {
    const draft = this.#drafts.get(id);
    // Another tab may have saved it, or somebody else may have logged in there.
    if (!draft || !(await this.#page.isStillOurs())) return;
    this.#page.saving();
    const savedAs = await this.#notes.save(id, draft.base, draft.text);
    const now = this.#drafts.get(id);
    const isNewer = now && now.text !== draft.text;
    if (isNewer) this.#drafts.put(savedAs, { base: draft.text, text: now.text });
    if (!isNewer || savedAs !== id) this.#drafts.remove(id);
    this.#page.saved(id, savedAs, draft.text);
  }
}

/** Tabs of one browser take turns, where the browser has locks: on https and localhost. */
const alone = (work) => (navigator.locks ? navigator.locks.request('notes', work) : work());
