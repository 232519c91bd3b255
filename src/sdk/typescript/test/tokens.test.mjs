import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebStorageTokenStore } from 'latchkey-client';
import { loggedIn, stub, tokens } from './stub.mjs';

/** As a browser's, for one tab. */
class TestStorage {
  #items = new Map();

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, value);
  }

  removeItem(key) {
    this.#items.delete(key);
  }
}

/** Sets a global of browsers for one test. */
function browserHas(t, name, value) {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  t.after(() => (before === undefined ? delete globalThis[name] : Object.defineProperty(globalThis, name, before)));
}

test('localStorage keeps the tokens for all who share it', () => {
  const storage = new TestStorage();
  const store = new WebStorageTokenStore(storage);
  assert.equal(store.load(), undefined);
  store.save(tokens(1));
  assert.deepEqual(new WebStorageTokenStore(storage).load(), tokens(1));
  assert.equal(new WebStorageTokenStore(storage, 'another').load(), undefined);
  new WebStorageTokenStore(storage).clear();
  assert.equal(store.load(), undefined);
});

test('what is in localStorage and is not ours is nothing', () => {
  const storage = new TestStorage();
  for (const text of ['', '{', 'null', '1', '[]', '{}', JSON.stringify({ ...tokens(1), accessToken: 1 })]) {
    storage.setItem('latchkey', text);
    assert.equal(new WebStorageTokenStore(storage).load(), undefined, text);
  }
});

test('without storage that may be used, the reason is not swallowed', () => {
  const refused = new Error('Access is denied for this document.');
  const store = new WebStorageTokenStore({ getItem: () => { throw refused; } });
  assert.throws(() => store.load(), refused);
});

test('the lock of the browser is taken where there is one', async (t) => {
  const taken = [];
  const locks = { request: async (name, work) => (taken.push(name), await work()) };
  browserHas(t, 'navigator', { locks });
  assert.equal(await new WebStorageTokenStore(new TestStorage(), 'own').exclusively(async () => 'done'), 'done');
  assert.deepEqual(taken, ['latchkey-client:own']);
  browserHas(t, 'navigator', {});
  assert.equal(await new WebStorageTokenStore(new TestStorage()).exclusively(async () => 'done'), 'done');
});

test('a log-out and a log-in in another tab are told', async (t) => {
  const window = new EventTarget();
  browserHas(t, 'addEventListener', window.addEventListener.bind(window));
  browserHas(t, 'removeEventListener', window.removeEventListener.bind(window));
  const storage = new TestStorage();
  const changes = (area = storage, key = 'latchkey') =>
    window.dispatchEvent(Object.assign(new Event('storage'), { storageArea: area, key }));

  const { url } = await stub(t, () => ({}));
  const { latchkey, tokenStore } = loggedIn(url, { tokenStore: new WebStorageTokenStore(storage) });
  tokenStore.save(tokens(1));
  assert.equal(await latchkey.username(), 'alice');
  const told = [];
  const stop = latchkey.onChange((username) => told.push(username));
  const settled = () => new Promise(setImmediate);

  tokenStore.save(tokens(2));
  changes();
  await settled();
  assert.deepEqual(told, []);

  storage.removeItem('latchkey');
  changes(new TestStorage());
  changes(storage, 'another');
  await settled();
  assert.deepEqual(told, []);
  changes();
  await settled();
  assert.deepEqual(told, [undefined]);

  tokenStore.save(tokens(3, undefined, 'bob'));
  changes(storage, null);
  await settled();
  assert.deepEqual(told, [undefined, 'bob']);

  stop();
  storage.removeItem('latchkey');
  changes();
  await settled();
  assert.deepEqual(told, [undefined, 'bob']);
});
