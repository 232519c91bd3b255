import { stub } from './stub.mjs';

/** A server with the data of one user, in memory, that does as the contract says; in pages of two, so that there are some. It ends with the test. */
export class Model {
  entries = new Map();
  changes = new Map();
  revision = 0;
  floor = 0;
  lines = new Set();
  /** Called before a page is given. */
  beforePage = () => {};

  static async start(t) {
    const model = new Model();
    Object.assign(model, await stub(t, (request) => model.answer(request)));
    return model;
  }

  put(key, value, more = {}) {
    this.#change(key, { type: 'put', value, ...more });
    this.entries.set(key, this.changes.get(key));
  }

  remove(key) {
    this.#change(key, { type: 'delete' });
    this.entries.delete(key);
  }

  #change(key, change) {
    const revision = ++this.revision;
    this.changes.set(key, { ...change, key, revision, etag: `"${revision}"` });
    this.lines.forEach((line) => line.send());
  }

  /** Nobody who is behind learns what was deleted. */
  forget() {
    this.floor = this.revision;
    this.cut();
  }

  cut() {
    this.lines.forEach((line) => line.cut());
    this.lines.clear();
  }

  /** The values by their keys, in order. */
  contents(prefix = '') {
    const all = [...this.entries.values()].filter(({ key }) => key.startsWith(prefix)).map(({ key, value }) => [key, value]);
    return all.sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  }

  async answer({ method, path, body }) {
    const { pathname, searchParams } = new URL(path, 'http://a');
    if (pathname === '/api/changes') {
      const since = Number(searchParams.get('since'));
      return since < this.floor || since > this.revision
        ? { status: 410, body: { status: 'error', code: 'CHANGES_GONE', message: 'Gone.', revision: this.revision } }
        : { stream: (line) => this.#follow(line, since) };
    }
    if (pathname === '/api/data') {
      return await this.#page(searchParams);
    }
    const key = decodeURIComponent(pathname.slice('/api/data/'.length));
    if (method === 'PUT') {
      this.put(key, body.value);
      return this.onWrite?.() ?? { headers: { ETag: `"${this.revision}"` } };
    }
    if (!this.entries.has(key)) {
      return { status: 404, code: 'KEY_NOT_FOUND' };
    }
    this.remove(key);
    return this.onWrite?.() ?? { headers: { ETag: `"${this.revision}"` } };
  }

  async #page(asked) {
    const given = await this.beforePage(asked);
    if (given !== undefined) {
      return given;
    }
    const revision = this.revision;
    const after = Buffer.from(asked.get('cursor') ?? '', 'hex');
    const left = [...this.entries.values()]
      .filter(({ key }) => key.startsWith(asked.get('prefix') ?? '') && Buffer.compare(Buffer.from(key), after) > 0)
      .sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
    const time = new Date(0).toISOString();
    const entries = left.slice(0, 2).map(({ type, revision, ...entry }) => ({ ...entry, created_at: time, updated_at: time }));
    return { body: { status: 'success', data: { entries, revision, ...(left.length > 2 && { next_cursor: Buffer.from(left[1].key).toString('hex') }) } } };
  }

  async #follow(line, since) {
    let position = since;
    line.send = () => {
      for (const change of [...this.changes.values()].filter(({ revision }) => revision > position).sort((one, other) => one.revision - other.revision)) {
        line.event('change', change);
      }
      position = this.revision;
      line.position(position);
    };
    this.lines.add(line);
    line.send();
    await line.closed;
    this.lines.delete(line);
  }
}
