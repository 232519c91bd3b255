import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latchkey } from 'latchkey-client';
import { registered, URL } from './server.mjs';
import { loggedIn, proxy, stub } from './stub.mjs';

const HARD = ['', '\n', '\r\n{"key":"a","value":""}\n', '\u2028\u2029\u0085', '"\\\b\f\t', '♥\u{1f511}e\u0301\ufeff', '{}', 'null', 'x'.repeat(300_000), '\u{1f511}'.repeat(200_000)];

async function all(entries) {
  const found = [];
  for await (const entry of entries) {
    found.push(entry);
  }
  return found;
}

const plain = (entries) => entries.map(({ key, value, expiresAt }) => ({ key, value, expiresAt }));

const numbered = (count, more = {}) => Array.from({ length: count }, (_, i) => ({ key: `k${String(i + 1).padStart(5, '0')}`, value: `${i + 1}`, ...more }));

/** What a server would answer that stores every line. */
const stored = ({ text }) => {
  const created = text.split('\n').length - 1;
  return { body: { status: 'success', message: 'Import finished.', data: { created, replaced: 0, skipped: 0, failed: 0, failures: [] } } };
};

test('all that a user has goes to another user', async () => {
  const source = await registered();
  const target = await registered();
  for (const [i, value] of HARD.entries()) {
    await source.data.set(`hard/${i}/ключ\u{1f511}"\\`, value, i % 2 === 0 ? { expiresIn: 3600 + i } : {});
  }
  const before = await all(source.data.list());

  const result = await target.data.import(source.data.list());

  assert.deepEqual(result, { created: HARD.length, replaced: 0, skipped: 0, failed: 0, failures: [] });
  assert.deepEqual(plain(await all(target.data.list())), plain(before));
  assert.deepEqual(await (await registered()).data.import((await source.account.exportAccount()).data.entries), result);
});

test('the mode says what becomes of an entry that exists', async () => {
  const { data } = await registered();
  const counts = async (mode, entries = numbered(3)) => {
    const { failures, ...rest } = await data.import(entries, { mode });
    return Object.values(rest);
  };
  await data.set('k00002', 'old');
  assert.deepEqual(await counts('skip'), [2, 0, 1, 0]);
  assert.equal(await data.get('k00002'), 'old');
  assert.deepEqual(await counts('create'), [0, 0, 0, 3]);
  assert.deepEqual(await counts(undefined), [0, 0, 0, 3]);
  assert.equal(await data.get('k00002'), 'old');
  assert.deepEqual(await counts('replace', numbered(4)), [1, 3, 0, 0]);
  assert.equal(await data.get('k00002'), '2');
  // One that is over is as if it had never been.
  assert.deepEqual(await counts('replace', numbered(2, { expiresAt: new Date(1) })), [0, 0, 2, 0]);
  assert.deepEqual(await counts('create', numbered(5, { expiresAt: null })), [1, 0, 0, 4]);
  assert.deepEqual(await counts('create', new Set()), [0, 0, 0, 0]);
  await assert.rejects(data.import(numbered(1), { mode: 'merge' }), { code: 'INVALID_REQUEST' });
});

test('what cannot be stored is named by its place among all entries, and by its key', async () => {
  const { data } = await registered();
  const entries = numbered(2100);
  const wrong = { 1: { value: 7 }, 1000: { key: '..' }, 1001: { value: 'a\u0000' }, 1500: { expiresAt: new Date(Date.now() + 11 * 365 * 86_400_000) }, 2000: { key: 'k00002' }, 2100: { value: undefined } };
  for (const [line, change] of Object.entries(wrong)) {
    Object.assign(entries[line - 1], change);
  }

  const result = await data.import(entries.values());

  assert.deepEqual([result.created, result.failed], [2094, 6]);
  assert.deepEqual(
    result.failures.map(({ line, key, code }) => [line, key, code]),
    [
      [1, 'k00001', 'INVALID_VALUE'],
      [1000, '..', 'INVALID_KEY'],
      [1001, 'k01001', 'INVALID_VALUE'],
      [1500, 'k01500', 'INVALID_REQUEST'],
      [2000, 'k00002', 'KEY_EXISTS'],
      [2100, 'k02100', 'INVALID_VALUE'],
    ],
  );
  // As the member is called here.
  assert.deepEqual(result.failures[3].errors.map(({ field }) => field), ['expiresAt']);
  assert.ok(result.failures.every(({ message }) => message.length > 0));
  assert.equal((await all(data.list({ values: false }))).length, 2094);

  const again = await data.import(entries);
  assert.deepEqual([again.created, again.failed, again.failures.length], [0, 2100, 100]);
  assert.deepEqual(again.failures.map(({ line }) => line), Array.from({ length: 100 }, (_, i) => i + 1));
});

test('entries are sent as they come, in requests of a bounded size', async (t) => {
  const { url, requests, names } = await stub(t, stored);
  const { data } = loggedIn(url).latchkey;
  const sizes = () => requests.splice(0).map(({ text }) => text.split('\n').length - 1);

  async function* slowly() {
    for (const [i, entry] of numbered(2001).entries()) {
      assert.equal(requests.length, Math.floor(i / 1000));
      yield entry;
    }
  }
  assert.equal((await data.import(slowly())).created, 2001);
  assert.deepEqual(names(), Array(3).fill('POST /api/data/import'));
  assert.equal(requests[0].headers['content-type'], 'application/x-ndjson');
  assert.equal(requests[0].headers.accept, 'application/json');
  assert.equal(requests[0].text.slice(0, 65), '{"key":"k00001","value":"1"}\n{"key":"k00002","value":"2"}\n{"key":');
  assert.deepEqual(sizes(), [1000, 1000, 1]);

  for (const [count, expected] of [[0, []], [1, [1]], [999, [999]], [1000, [1000]], [1001, [1000, 1]]]) {
    assert.equal((await data.import(numbered(count))).created, count);
    assert.deepEqual(sizes(), expected);
  }
  const long = (length) => ({ key: 'k', value: 'x'.repeat(length) });
  await data.import([long(100_000), long(100_000), long(100_000), long(1_000_000), long(1), long(262_000), long(300)]);
  assert.deepEqual(sizes(), [2, 1, 1, 2, 1]);
  await data.import([{ key: 'k', value: '', expiresAt: new Date('2030-01-02T03:04:05.678Z'), etag: '"1"', createdAt: new Date() }], { mode: 'skip' });
  assert.deepEqual(requests.map(({ name, text }) => [name, text]), [
    ['POST /api/data/import?mode=skip', '{"key":"k","value":"","expires_at":"2030-01-02T03:04:05.678Z"}\n'],
  ]);
});

test('a lost answer is repeated where that does no harm', { timeout: 60_000 }, async (t) => {
  const kept = { load: () => kept.tokens, save: (tokens) => void (kept.tokens = tokens), clear: () => {} };
  const { data } = await registered({ tokenStore: kept });
  const url = await proxy(t, URL, ({ url }, number) => url.startsWith('/api/data/import') && number % 2 === 1);
  const lossy = new Latchkey(url, { tokenStore: kept }).data;

  const skipped = await lossy.import(numbered(2500), { mode: 'skip' });
  // What the lost answers had said was new is there already.
  assert.deepEqual(skipped, { created: 0, replaced: 0, skipped: 2500, failed: 0, failures: [] });
  assert.deepEqual(plain(await all(data.list())), plain(numbered(2500)));
  const changed = numbered(1500).map((entry) => ({ ...entry, value: `${entry.value}!` }));
  assert.equal((await lossy.import(changed, { mode: 'replace' })).replaced, 1500);
  assert.deepEqual(plain(await all(data.list({ limit: 1500 }))), plain(changed));
});

test('with create nothing is repeated that may have been done', async (t) => {
  for (const [answer, error] of [[undefined, { kind: 'NO_ANSWER' }], [{ status: 503, code: 'UNAVAILABLE' }, { status: 503 }]]) {
    for (const [options, expected] of [[undefined, 1], [{ mode: 'create' }, 1], [{ mode: 'skip' }, 2], [{ mode: 'replace' }, 2]]) {
      const { url, requests } = await stub(t, (request, number) => (number === 1 ? answer : stored(request)));
      const { data } = loggedIn(url).latchkey;
      const result = data.import(numbered(2), options);
      await (expected === 1 ? assert.rejects(result, error) : result);
      assert.equal(requests.length, expected, `${JSON.stringify(answer)} ${JSON.stringify(options)}`);
      assert.equal(requests.at(-1).text, requests[0].text);
    }
  }
  const { url, requests } = await stub(t, (request, number) => (number === 1 ? { status: 429, code: 'TOO_MANY_REQUESTS' } : stored(request)));
  assert.equal((await loggedIn(url).latchkey.data.import(numbered(2))).created, 2);
  assert.equal(requests.length, 2);
});

test('a failure of the source, of an entry or of the caller ends it, and the source', async (t) => {
  const { url, requests } = await stub(t, stored);
  const { data } = loggedIn(url).latchkey;
  let isClosed;
  async function* failing(failure) {
    isClosed = false;
    try {
      yield* numbered(1000);
      yield* [failure].flat();
      yield { key: 'after', value: '' };
    } finally {
      isClosed = true;
    }
  }
  for (const entry of [null, undefined, { key: 'k', value: '', expiresAt: new Date(NaN) }, { key: 'k', value: '', expiresAt: '2030-01-01T00:00:00Z' }, { key: 'k', value: 1n }]) {
    await assert.rejects(data.import(failing([entry])), (error) => {
      assert.deepEqual([error.name, error.kind], ['LatchkeyError', 'CLIENT_FAILURE']);
      assert.match(error.message, /^import: entry 1001 cannot be sent /);
      return true;
    });
    assert.ok(isClosed);
    assert.equal(requests.splice(0).length, 1);
  }
  const own = new Error('of the source');
  await assert.rejects(data.import((function* () {
    yield { key: 'k', value: '' };
    throw own;
  })()), own);
  assert.equal(requests.length, 0);

  const signal = AbortSignal.abort(new Error('The user left.'));
  for (const entries of [[], numbered(1), failing([])]) {
    await assert.rejects(data.import(entries, { signal }), signal.reason);
  }
  const leaving = new AbortController();
  await assert.rejects(data.import((function* () {
    yield* numbered(1000);
    leaving.abort(signal.reason);
    yield* numbered(1);
  })(), { signal: leaving.signal }), signal.reason);
  assert.equal(requests.length, 1);
});

test('lines of text are sent as they are', async (t) => {
  const { data } = await registered();
  const lines = '\r\n{"key":"a","value":"1","created_at":"2026-11-22T12:00:00.123Z"}\r\n\n{"key":"b"}\nnot JSON\n["♥"]';
  const { data: result, message } = await data.importEntries(lines, { mode: 'replace' });
  assert.equal(message, 'Import finished.');
  assert.deepEqual(result.failures.map(({ line, code }) => [line, code]), [[4, 'INVALID_VALUE'], [5, 'INVALID_REQUEST'], [6, 'INVALID_REQUEST']]);
  assert.equal(await data.get('a'), '1');

  const { url, requests } = await stub(t, stored);
  const calls = loggedIn(url).latchkey.data;
  await calls.importEntries(lines);
  await calls.importEntries(lines, { mode: 'skip', credentials: 'omit' });
  await calls.importEntries(lines, ({ init }) => ({ headers: init.headers, mode: 'cors' }));
  assert.deepEqual(requests.map(({ path, text }) => [path, text]), ['', '?mode=skip', ''].map((query) => [`/api/data/import${query}`, lines]));
});
