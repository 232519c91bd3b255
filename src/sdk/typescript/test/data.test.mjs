import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { LatchkeyError } from 'latchkey-client';
import { registered, URL } from './server.mjs';
import { loggedIn, proxy, stub } from './stub.mjs';

const ENTRY = { status: 'success', data: { key: 'a', value: 'b' } };

/** How often each of many clients increments a number. */
const ROUNDS = Number(process.env.LATCHKEY_ROUNDS ?? 2);

const failed = { name: 'LatchkeyError', status: 412, code: 'PRECONDITION_FAILED' };

async function all(entries) {
  const found = [];
  for await (const entry of entries) {
    found.push(entry);
  }
  return found;
}

/** Pages of two, as a server would give them that has so many entries. */
function pages(total) {
  return ({ path }) => {
    const asked = new globalThis.URL(path, 'http://a').searchParams;
    const from = Number(asked.get('cursor') ?? 0);
    const entries = Array.from({ length: Math.min(2, total - from, Number(asked.get('limit'))) }, (_, i) => ({ key: `k${from + i}`, etag: '"1"' }));
    return { body: { status: 'success', data: { entries, revision: 1, ...(from + 2 < total && { next_cursor: `${from + 2}` }) } } };
  };
}

test('one value has short ways', async () => {
  const { data } = await registered();
  assert.equal(await data.get('a'), null);
  assert.equal(await data.delete('a'), false);

  const first = await data.set('a', '1');
  assert.deepEqual(first, { etag: '"1"', created: true });
  assert.equal(await data.get('a'), '1');
  const second = await data.set('a', '');
  assert.deepEqual(second, { etag: '"2"', created: false });
  assert.equal(await data.get('a'), '');

  assert.equal(await data.delete('a'), true);
  assert.equal(await data.get('a'), null);
});

test('every failure but that there is none is one, on the short ways too', async () => {
  const { data } = await registered();
  for (const call of [() => data.get('..'), () => data.set('..', ''), () => data.delete('..'), () => data.get(''), () => data.batch([{ op: 'delete', key: '..' }])]) {
    await assert.rejects(call, { name: 'LatchkeyError', code: 'INVALID_KEY' });
  }
  await assert.rejects(data.set('a', undefined), { code: 'INVALID_VALUE' });
  await assert.rejects(data.batch([]), { code: 'INVALID_REQUEST' });
  await assert.rejects(data.batch([{ op: 'put', key: 'a', value: 'b' }, { op: 'delete', key: 'none' }]), (error) => {
    assert.deepEqual([error.code, error.errors[0].field], ['KEY_NOT_FOUND', 'operations[1]']);
    return true;
  });
  assert.equal(await data.get('a'), null);
  for (const signal of [AbortSignal.abort(new Error('The user left.'))]) {
    await assert.rejects(data.get('a', { signal }), signal.reason);
    await assert.rejects(data.set('a', '', { signal }), signal.reason);
    await assert.rejects(data.delete('a', { signal }), signal.reason);
    await assert.rejects(data.batch([{ op: 'put', key: 'a', value: '' }], { signal }), signal.reason);
    await assert.rejects(all(data.list({ signal })), signal.reason);
  }
});

test('a condition is a value, and so is the ETag', async () => {
  const { data } = await registered();
  const { etag: created } = await data.createEntry({ key: 'a', value: '1' });
  assert.equal((await data.readEntry('a')).etag, created);
  const { etag: updated } = await data.updateEntry('a', { value: '2' }, { ifMatch: created });
  assert.notEqual(updated, created);

  for (const call of [
    () => data.updateEntry('a', { value: '3' }, { ifMatch: created }),
    () => data.updateEntry('a', { value: '3' }, { ifNoneMatch: '*' }),
    () => data.updateEntry('a', { value: '3' }, { ifMatch: created, upsert: true }),
    () => data.deleteEntry('a', { ifMatch: created }),
    () => data.changeExpiry('a', { expiresIn: 60 }, { ifMatch: created }),
    () => data.readEntry('a', { ifMatch: created }),
    () => data.set('a', '3', { ifMatch: created }),
    () => data.set('a', '3', { ifNoneMatch: '*' }),
    () => data.set('a', '3', { ifNoneMatch: updated }),
    () => data.delete('a', { ifMatch: created }),
    // Whatever headers the caller sends.
    () => data.updateEntry('a', { value: '3' }, { ifMatch: created, headers: { 'Content-Type': 'application/json' } }),
    () => data.deleteEntry('a', { ifMatch: created, headers: new Headers({ 'If-Match': '*' }) }),
    () => data.deleteEntry('a', ({ init }) => ({ headers: { ...init.headers, 'If-Match': created } })),
  ]) {
    await assert.rejects(call, { ...failed, etag: updated }, String(call));
  }
  for (const call of [() => data.set('none', '', { ifMatch: created }), () => data.set('none', '', { ifMatch: '*' }), () => data.delete('none', { ifMatch: created })]) {
    await assert.rejects(call, { ...failed, etag: undefined }, String(call));
  }
  // A condition that is none is not ignored.
  for (const ifMatch of ['', 'text', created.slice(1), 7]) {
    await assert.rejects(data.set('a', '3', { ifMatch }), { status: 400, code: 'INVALID_REQUEST' });
  }
  await assert.rejects(data.set('a', '3', { ifMatch: '"\u2665"' }), { name: 'LatchkeyError' });
  assert.equal(await data.get('a'), '2');

  const { etag: expiring } = await data.changeExpiry('a', { expiresIn: 60 }, { ifMatch: updated });
  const { etag: deleted } = await data.deleteEntry('a', { ifMatch: expiring });
  assert.equal(new Set([created, updated, expiring, deleted]).size, 4);
  assert.deepEqual(await data.updateEntry('a', { value: '4' }, { upsert: true }).then((answer) => answer.created), true);
});

test('what has not changed is not read again', async () => {
  const { data } = await registered();
  const { etag } = await data.set('a', '1');
  assert.equal(await data.readEntry('a', { ifNoneMatch: etag }), undefined);
  assert.equal(await data.readEntry('a', { ifNoneMatch: `"0", ${etag}` }), undefined);
  const { etag: later } = await data.set('a', '2');
  assert.deepEqual(await data.readEntry('a', { ifNoneMatch: etag }), { status: 'success', data: { key: 'a', value: '2' }, etag: later });
  assert.equal((await data.readEntry('a', { ifNoneMatch: undefined })).etag, later);
});

test('a 304 that was not asked for is no answer', async (t) => {
  const { url } = await stub(t, () => ({ status: 304 }));
  const { data } = loggedIn(url).latchkey;
  for (const call of [() => data.listEntries(), () => data.updateEntry('a', { value: '' }), () => data.readEntry('a'), () => data.get('a')]) {
    await assert.rejects(call, { name: 'LatchkeyError', status: 304, kind: 'UNUSABLE_ANSWER' }, String(call));
  }
});

test('an ETag that a proxy has made weak is as it was', async (t) => {
  for (const [sent, etag] of [['W/"42"', '"42"'], ['"42"', '"42"'], [undefined, undefined]]) {
    const headers = sent === undefined ? {} : { ETag: sent };
    const { url } = await stub(t, ({ method }) => (method === 'GET' ? { headers, body: ENTRY } : { ...failed, headers }));
    const { data } = loggedIn(url).latchkey;
    assert.equal((await data.readEntry('a')).etag, etag);
    await assert.rejects(data.set('a', '', { ifMatch: '"1"' }), { ...failed, etag });
  }
});

test('an entry expires when it shall', async () => {
  const { data } = await registered();
  await data.set('a', '1', { expiresIn: 3600 });
  const { expiresAt } = (await data.readEntry('a')).data;
  assert.ok(Math.abs(expiresAt.getTime() - Date.now() - 3_600_000) < 600_000);
  const [listed] = await all(data.list());
  assert.deepEqual(listed.expiresAt, expiresAt);
  await data.set('a', '2');
  assert.deepEqual((await data.readEntry('a')).data, { key: 'a', value: '2' });
  await assert.rejects(data.set('a', '', { expiresIn: 0 }), { status: 400 });
});

test('several changes are made at once', async () => {
  const { data } = await registered();
  const { etag } = await data.set('a', '1');
  const results = await data.batch([
    { op: 'check', key: 'a', ifMatch: etag },
    { op: 'put', key: 'a', value: '2', ifMatch: etag },
    { op: 'create', key: 'b', value: '3', expiresIn: 60 },
    { op: 'delete', key: 'b' },
    { op: 'check', key: 'b', ifNoneMatch: '*' },
  ]);
  assert.deepEqual(results.map(({ status }) => status), [200, 200, 201, 200, 200]);
  assert.equal(results[1].etag, (await data.readEntry('a')).etag);
  assert.equal(results[1].etag, `"${results[1].revision}"`);
  assert.equal(results[4].etag, undefined);
  await assert.rejects(data.batch([{ op: 'put', key: 'a', value: '', ifMatch: etag }]), ({ code, errors }) => {
    assert.deepEqual([code, errors[0].field], [failed.code, 'operations[0]']);
    return true;
  });
});

test('a list goes over all pages', { timeout: 60_000 }, async () => {
  const { data } = await registered();
  const keys = Array.from({ length: 1150 }, (_, i) => `n/${String(i).padStart(4, '0')}`);
  for (let from = 0; from < keys.length; from += 100) {
    await data.batch(keys.slice(from, from + 100).map((key) => ({ op: 'create', key, value: `of ${key}` })));
  }
  await data.batch(['m', 'n', 'n0', 'o/1', 'n/♥'].map((key) => ({ op: 'create', key, value: '' })));

  const listed = await all(data.list({ prefix: 'n/' }));
  assert.deepEqual(listed.map(({ key }) => key), [...keys, 'n/♥']);
  assert.equal(listed[1149].value, 'of n/1149');
  assert.match(listed[0].etag, /^"\d+"$/);
  assert.ok(listed[0].createdAt instanceof Date && listed[0].updatedAt instanceof Date);
  assert.equal((await all(data.list())).length, 1155);
  assert.deepEqual((await all(data.list({ prefix: 'n/♥' }))).map(({ key }) => key), ['n/♥']);
  assert.deepEqual(await all(data.list({ prefix: 'none' })), []);
  for (const limit of [0, 1, 999, 1000, 1001, 9999]) {
    assert.equal((await all(data.list({ prefix: 'n/', limit }))).length, Math.min(limit, 1151));
  }
  for (const [limit, pageSize] of [[0, 1], [1, 100], [99, 100], [100, 100], [101, 100], [9999, 100], [1151, 1000], [1, 1], [7, 2], [undefined, 999]]) {
    assert.deepEqual((await all(data.list({ prefix: 'n/', limit, pageSize }))).map(({ key }) => key), [...keys, 'n/♥'].slice(0, limit));
  }
  assert.ok((await all(data.list({ values: false, limit: 3 }))).every((entry) => !('value' in entry) && entry.etag));
  await assert.rejects(all(data.list({ pageSize: 0 })), { code: 'INVALID_REQUEST' });
  await assert.rejects(all(data.list({ pageSize: 1001 })), { code: 'INVALID_REQUEST' });
  for (const limit of [-1, 1.5, NaN, 'a']) {
    await assert.rejects(all(data.list({ limit })), { code: 'INVALID_REQUEST' });
    await assert.rejects(all(data.list({ pageSize: limit })), { code: 'INVALID_REQUEST' });
  }
});

test('a list asks for a page when it comes to it, and for none when the loop is left', async (t) => {
  const { url, names, requests } = await stub(t, pages(7));
  const { data } = loggedIn(url).latchkey;
  const entries = data.list({ prefix: 'a/ü&', values: false });
  assert.deepEqual(requests, []);
  for await (const { key } of entries) {
    if (key === 'k1') {
      assert.equal(requests.length, 1);
    }
    if (key === 'k2') {
      break;
    }
  }
  const first = 'GET /api/data?prefix=a%2F%C3%BC%26&limit=1000&values=false';
  assert.deepEqual(names(), [first, first.replace('&values', '&cursor=2&values')]);
  assert.deepEqual(await all(entries), []);

  assert.equal((await all(data.list())).length, 7);
  assert.deepEqual(names().slice(2), ['', '&cursor=2', '&cursor=4', '&cursor=6'].map((rest) => `GET /api/data?limit=1000${rest}`));
  assert.equal((await all(data.list({ limit: 3 }))).length, 3);
  assert.deepEqual(names().slice(6), ['GET /api/data?limit=3', 'GET /api/data?limit=1&cursor=2']);
});

test('a list repeats what fails on its way', async (t) => {
  const page = pages(5);
  const { url, requests } = await stub(t, (request, number) => (number % 2 === 0 ? undefined : page(request)));
  assert.equal((await all(loggedIn(url).latchkey.data.list())).length, 5);
  assert.equal(requests.length, 5);
});

test('a write has an Idempotency-Key of its own, or that of the caller', async (t) => {
  const { url, requests } = await stub(t, ({ method }) => (method === 'GET' ? { body: ENTRY } : { body: { status: 'success', data: { results: [] } } }));
  const { data } = loggedIn(url).latchkey;
  const keys = () => requests.splice(0).map(({ headers }) => headers['idempotency-key']);
  const uuid = /^[0-9a-f-]{36}$/;

  await data.set('a', '');
  await data.set('a', '');
  await data.delete('a');
  await data.batch([{ op: 'delete', key: 'a' }]);
  await data.updateEntry('a', { value: '' }, { headers: { 'Content-Type': 'application/json' } });
  await data.updateEntry('a', { value: '' }, ({ init }) => ({ headers: { ...init.headers, 'X-Request-Id': 'mine' } }));
  await data.updateEntry('a', { value: '' }, () => ({ headers: {} }));
  const own = keys();
  own.forEach((key) => assert.match(key, uuid));
  assert.equal(new Set(own).size, 7);

  await data.set('a', '', { idempotencyKey: 'mine' });
  await data.delete('a', { idempotencyKey: 'mine' });
  await data.batch([{ op: 'delete', key: 'a' }], { idempotencyKey: 'mine' });
  await data.createEntry({ key: 'a', value: '' }, { idempotencyKey: 'mine', headers: {} });
  await data.createEntry({ key: 'a', value: '' }, { headers: { 'idempotency-key': 'mine' } });
  await data.createEntry({ key: 'a', value: '' }, async ({ init }) => ({ headers: { ...init.headers, 'Idempotency-Key': 'mine' } }));
  assert.deepEqual(keys(), Array(6).fill('mine'));

  await data.get('a');
  await data.readEntry('a');
  assert.deepEqual(keys(), [undefined, undefined]);
});

test('a lost answer is neither a duplicate nor a conflict', async (t) => {
  const lost = new Set();
  const url = await proxy(t, URL, ({ method, url, headers }) => {
    const id = headers['idempotency-key'] ?? `${method} ${url}`;
    return url.startsWith('/api/data') && !lost.has(id) && lost.add(id);
  });
  const tokens = await tokensOfNewUser();
  const { data } = loggedIn(url, { clock: undefined, tokenStore: tokens }).latchkey;

  const { etag } = await data.createEntry({ key: 'a', value: '1' });
  assert.equal(etag, '"1"');
  assert.deepEqual(await data.set('b', '1', { ifNoneMatch: '*' }), { etag: '"2"', created: true });
  assert.equal((await data.set('a', '2', { ifMatch: etag })).etag, '"3"');
  assert.equal((await data.changeExpiry('a', { expiresIn: 60 }, { ifMatch: '"3"' })).etag, '"4"');
  assert.equal((await data.batch([{ op: 'create', key: 'c', value: '' }]))[0].etag, '"5"');
  assert.equal(await data.delete('a', { ifMatch: '"4"' }), true);
  assert.equal(await data.delete('b'), true);
  await assert.rejects(data.createEntry({ key: 'c', value: '' }), { code: 'KEY_EXISTS' });
  await assert.rejects(data.set('c', '', { ifMatch: '"4"' }), { ...failed, etag: '"5"' });
  assert.equal(await data.delete('a'), false);
  assert.deepEqual((await all(data.list())).map(({ key, etag }) => [key, etag]), [['c', '"5"']]);
  assert.ok(lost.size > 10);
});

for (const [way, cutsOff] of [
  ['', () => false],
  [', and when every tenth answer is lost', (_, number) => number % 10 === 0],
]) {
  test(`nobody's increment is lost${way}`, { timeout: ROUNDS * 60_000 }, async (t) => {
    const url = await proxy(t, URL, cutsOff);
    const tokenStore = await tokensOfNewUser();
    const clients = Array.from({ length: 50 }, () => loggedIn(url, { clock: undefined, tokenStore }).latchkey.data);

    await Promise.all(clients.map(async (data) => {
      for (let round = 0; round < ROUNDS; round++) {
        await increment(data, 'counter');
      }
    }));

    const entry = await persistently(() => clients[0].readEntry('counter'));
    assert.equal(entry.data.value, `${50 * ROUNDS}`);
    assert.equal(entry.etag, `"${50 * ROUNDS}"`);
  });
}

async function increment(data, key) {
  for (let attempt = 0; ; attempt++) {
    const before = await persistently(() => data.readEntry(key)).catch(unless('KEY_NOT_FOUND'));
    const value = String(Number(before?.data.value ?? 0) + 1);
    const condition = before ? { ifMatch: before.etag } : { ifNoneMatch: '*' };
    const idempotencyKey = crypto.randomUUID();
    const written = await persistently(() => data.set(key, value, { ...condition, idempotencyKey })).catch(unless('PRECONDITION_FAILED'));
    if (written) {
      return;
    }
    // As a program should: all at once, fifty would mostly be in each other's way.
    await wait(Math.random() * 50 * 2 ** Math.min(attempt, 5));
  }
}

/** When even the repeated call got no answer. */
async function persistently(call) {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (error.kind !== 'NO_ANSWER') {
        throw error;
      }
    }
  }
}

function unless(code) {
  return (error) => {
    assert.ok(error instanceof LatchkeyError && error.code === code, error.stack);
  };
}

async function tokensOfNewUser() {
  const kept = { load: () => kept.tokens, save: (tokens) => void (kept.tokens = tokens), clear: () => {} };
  await registered({ tokenStore: kept });
  return kept;
}
