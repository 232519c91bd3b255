/** Brings drafts to the server: when told to, and again as long as that fails. */
import { isTransient } from './messages.js';
import { newId } from './notes.js';

const LONGEST_WAIT = 30;

export class Sync {
  #notes;
  #drafts;
  #page;
  #timer;
  #failures = 0;
  #last = Promise.resolve();

  /**
   * The page has `isStillOurs()`, `saving()`, `saved(id, note)`, `moved(id, newId)`, `allSaved()` and `failed(error, secondsToNextTry)`.
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

  /** It ends when all is saved, or something has failed. */
  now() {
    const pass = this.#last.then(() => this.#pass());
    this.#last = pass.catch(() => {});
    return pass;
  }

  /** Deletes a note, and what was not saved of it. `etag()` is that of the note which the user has seen. */
  remove(id, etag) {
    return alone(async () => {
      await this.#notes.remove(id, etag());
      this.#drafts.remove(id);
    });
  }

  async #pass() {
    clearTimeout(this.#timer);
    try {
      const refused = await this.#saveDrafts();
      if (refused) throw refused;
      this.#failures = 0;
      this.#drafts.ids().length === 0 ? this.#page.allSaved() : this.soon();
    } catch (error) {
      const wait = isTransient(error) ? (error.retryAfter ?? Math.min(2 ** this.#failures++, LONGEST_WAIT)) : null;
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
        if (mayBeDone(error)) throw error;
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
    // What was not answered is sent again as it was, with the same key, so that it is done once.
    const sent = this.#drafts.sent(id) ?? { ...draft, idempotencyKey: newId() };
    this.#drafts.setSent(id, sent);
    const etag = await this.#notes.save(id, sent).catch((error) => {
      if (!mayBeDone(error)) this.#drafts.setSent(id, null);
      throw error;
    });
    if (!etag) return this.#moveAside(id, draft);
    const now = this.#drafts.get(id);
    if (now && now.text !== sent.text) {
      this.#drafts.setSent(id, null);
      this.#drafts.put(id, { base: sent.text, etag, text: now.text });
    } else {
      this.#drafts.remove(id);
    }
    this.#page.saved(id, { text: sent.text, etag });
  }

  /** Somebody else has changed the note. Neither text may be lost, so this one becomes a note of its own. */
  #moveAside(id, draft) {
    const copy = newId();
    this.#drafts.put(copy, { base: null, etag: null, text: (this.#drafts.get(id) ?? draft).text });
    this.#drafts.remove(id);
    this.#page.moved(id, copy);
    return this.#save(copy);
  }
}

/** Whether the server may have taken what it did not answer, or may yet take it. */
const mayBeDone = (error) => isTransient(error) || error.status === 401;

/** Tabs of one browser take turns, where the browser has locks: on https and localhost. */
const alone = (work) => (navigator.locks ? navigator.locks.request('notes', work) : work());
