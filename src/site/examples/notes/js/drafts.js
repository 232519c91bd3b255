/**
 * What was typed and is not on the server yet, kept in this browser, so that neither a reload nor a crash takes it
 * away: for each note its text, `base`, the text that it was made from, and the ETag of that. All tabs share it.
 */
export class Drafts {
  #prefix;
  #sentPrefix;
  #unkept = new Map();

  constructor(userId) {
    // No username has a slash: what begins with this is nobody else's, whatever they are called.
    this.#prefix = `notes.draft/${userId}/`;
    this.#sentPrefix = `notes.sending/${userId}/`;
  }

  get(id) {
    return this.#unkept.get(id) ?? JSON.parse(localStorage.getItem(this.#prefix + id));
  }

  put(id, draft) {
    try {
      localStorage.setItem(this.#prefix + id, JSON.stringify(draft));
      this.#unkept.delete(id);
    } catch {
      this.#unkept.set(id, draft); // The browser's storage is full; this tab still has it.
    }
  }

  remove(id) {
    this.setSent(id, null);
    localStorage.removeItem(this.#prefix + id);
    this.#unkept.delete(id);
  }

  ids() {
    const kept = Object.keys(localStorage).filter((key) => key.startsWith(this.#prefix));
    return [...new Set([...kept.map((key) => key.slice(this.#prefix.length)), ...this.#unkept.keys()])];
  }

  /** What was sent to the server and is not answered yet; null if there is nothing. Beside the draft, which may be typed into at any time. */
  sent(id) {
    return JSON.parse(localStorage.getItem(this.#sentPrefix + id));
  }

  setSent(id, sent) {
    localStorage.removeItem(this.#sentPrefix + id);
    if (sent) {
      try {
        localStorage.setItem(this.#sentPrefix + id, JSON.stringify(sent));
      } catch {
        // The browser's storage is full. If the answer is lost as well, there may be a copy of the note.
      }
    }
  }

  /** Whether closing this tab would lose something. */
  get areAtRisk() {
    return this.#unkept.size > 0;
  }

  /** Calls back with the id, and with what the draft was before and is now, when another tab changes one. */
  onChange(listener) {
    addEventListener('storage', ({ key, oldValue, newValue }) => {
      if (key?.startsWith(this.#prefix)) {
        listener(key.slice(this.#prefix.length), JSON.parse(oldValue), JSON.parse(newValue));
      }
    });
  }
}
