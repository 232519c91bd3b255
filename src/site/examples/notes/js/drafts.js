/**
 * What was typed and is not on the server yet, kept in this browser, so that neither a reload nor a crash takes it
 * away: for each note its text, and `base`, the text that it was made from. All tabs share it.
 */
export class Drafts {
  #prefix;
  #unkept = new Map();

  constructor(userId) {
    this.#prefix = `notes.draft.${userId}.`;
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
    localStorage.removeItem(this.#prefix + id);
    this.#unkept.delete(id);
  }

  ids() {
    const kept = Object.keys(localStorage).filter((key) => key.startsWith(this.#prefix));
    return [...kept.map((key) => key.slice(this.#prefix.length)), ...this.#unkept.keys()];
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
