import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { registered } from './server.mjs';

const KEYS = [
  '/', '//', 'a/b', '/a/', '%', '%2F', '%252F', '%2e%2e', '%zz', '?', '?a=b', '#', '#a', ';', ';a=b', 'a;b/c', '+', 'a+b', ' ', ' a ', 'a b',
  '&', '=', '@', ':', '$', '$&', "$'", '$1', '{key}', '~', '!', '*', "'", '()', '"', '\\', '<', '|', '^', '`', '..a', '...', 'a/../b', './a',
  '__proto__', 'constructor', '👩‍👩‍👧', '🔑', 'مفتاح', 'שלום', '\u202eabc', 'é', 'e\u0301', '\u00a0', '\u2028', '\ufeff', 'Ω', '\u2126', '\u{10ffff}',
  'a'.repeat(512), '🔑'.repeat(128), '%'.repeat(512),
];

let latchkey;
before(async () => {
  latchkey = await registered();
});

for (const key of KEYS) {
  test(`the key ${JSON.stringify(key).slice(0, 40)} comes back as it was`, async () => {
    const value = `the value of ${key}`;
    await latchkey.data.createEntry({ key, value });
    assert.deepEqual((await latchkey.data.readEntry(key)).data, { key, value });
    await latchkey.data.updateEntry(key, { value: key });
    assert.deepEqual((await latchkey.data.readEntry(key)).data, { key, value: key });
    const exported = (await latchkey.account.exportAccount()).data.entries;
    assert.deepEqual(exported.map((entry) => entry.key), [key]);
    await latchkey.data.deleteEntry(key);
    await assert.rejects(latchkey.data.readEntry(key), { status: 404, code: 'KEY_NOT_FOUND' });
  });
}

for (const key of ['', '.', '..', '\n', 'a\u007f', 'a'.repeat(513)]) {
  test(`${JSON.stringify(key).slice(0, 40)} is no key, wherever it is given`, async () => {
    const refused = { name: 'LatchkeyError', status: 400, code: 'INVALID_KEY', message: 'The provided key is not valid or missing.' };
    await assert.rejects(latchkey.data.createEntry({ key, value: '' }), refused);
    await assert.rejects(latchkey.data.readEntry(key), refused);
    await assert.rejects(latchkey.data.updateEntry(key, { value: '' }), refused);
    await assert.rejects(latchkey.data.deleteEntry(key), refused);
  });
}

test('a session that cannot be one never ends another', async () => {
  for (const session of ['', '.', '..', '../sessions']) {
    await assert.rejects(latchkey.sessions.endSession(session), { status: 400, code: 'INVALID_REQUEST' });
  }
  assert.equal((await latchkey.sessions.listSessions()).data.sessions.length, 1);
});
