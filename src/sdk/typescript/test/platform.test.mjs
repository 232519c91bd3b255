import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Latchkey } from 'latchkey-client';
import { FileTokenStore } from 'latchkey-client/node';
import { registered } from './server.mjs';
import { gate, issued, loggedIn, stub, tokens } from './stub.mjs';

const ENTRY = { body: { status: 'success', data: { key: 'a', value: 'b' } } };

/** Takes away what a platform has not got, for one test. */
function without(t, owner, ...names) {
  for (const name of names) {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    delete owner[name];
    t.after(() => Object.defineProperty(owner, name, before));
  }
}

test('it works where AbortSignal, Response and DOMException are old', { timeout: 60_000 }, async (t) => {
  without(t, AbortSignal, 'any', 'timeout', 'abort');
  without(t, AbortSignal.prototype, 'throwIfAborted', 'reason');
  without(t, Response, 'json');
  const asked = gate();
  const { url } = await stub(t, ({ path, method }) => {
    if (path.endsWith('/slow')) {
      asked.open();
      return new Promise(() => {});
    }
    return method === 'DELETE' ? { status: 503, code: 'UNAVAILABLE' } : ENTRY;
  });
  const { latchkey } = loggedIn(url);
  assert.equal((await latchkey.data.readEntry('a', { signal: new AbortController().signal })).data.value, 'b');
  await assert.rejects(latchkey.data.deleteEntry('a'), { code: 'UNAVAILABLE' });

  const controller = new AbortController();
  const call = latchkey.data.readEntry('slow', { signal: controller.signal });
  await asked.passed;
  controller.abort();
  await assert.rejects(call, { name: 'AbortError' });
  await assert.rejects(latchkey.data.readEntry('a', { signal: controller.signal }), { name: 'AbortError' });
  await assert.rejects(loggedIn(url, { timeoutMs: 50 }).latchkey.data.readEntry('slow'), { kind: 'TIMEOUT' });

  // What Node.js has itself cannot do without it.
  without(t, globalThis, 'DOMException');
  const silent = loggedIn(url, { timeoutMs: 50, fetch: () => new Promise(() => {}) });
  await assert.rejects(silent.latchkey.data.readEntry('a', { signal: controller.signal }), { name: 'AbortError' });
  const late = await silent.latchkey.data.readEntry('slow').catch((error) => error);
  assert.deepEqual([late.kind, late.cause.name], ['TIMEOUT', 'TimeoutError']);
});

test('a deletion that was repeated needs no Response.json', async (t) => {
  without(t, Response, 'json');
  const { url } = await stub(t, (_, number) => (number === 1 ? { status: 503, code: 'UNAVAILABLE' } : { status: 404, code: 'NOT_FOUND' }));
  assert.equal((await loggedIn(url).latchkey.sessions.endSession('a')).status, 'success');
});

test('an Idempotency-Key is one where crypto is old, or is not there', async (t) => {
  const { url, requests } = await stub(t, () => ({}));
  const { latchkey } = loggedIn(url);
  const writeSome = () => Promise.all(Array.from({ length: 50 }, () => latchkey.data.deleteEntry('a')));
  await writeSome();
  without(t, Crypto.prototype, 'randomUUID');
  await writeSome();
  without(t, globalThis, 'crypto');
  await writeSome();
  const keys = requests.map(({ headers }) => headers['idempotency-key']);
  keys.forEach((key) => assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
  assert.equal(new Set(keys).size, 150);
});

test('a fetch that does not listen to its signal holds nobody up', { timeout: 60_000 }, async (t) => {
  const { url } = await stub(t, () => ENTRY);
  const { latchkey } = loggedIn(url, { timeoutMs: 50, fetch: () => new Promise(() => {}) });
  await assert.rejects(latchkey.data.readEntry('a'), { kind: 'TIMEOUT' });
});

test('no cache keeps what it read, and no timer keeps the program', async (t) => {
  const seen = [];
  const { url } = await stub(t, () => ENTRY);
  const { latchkey } = loggedIn(url, { fetch: (target, init) => (seen.push(init), fetch(target, init)) });
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  await latchkey.data.readEntry('a');
  await latchkey.data.updateEntry('a', { value: 'b' });
  await latchkey.data.readEntry('a', { cache: 'reload' });
  assert.deepEqual(seen.map(({ cache }) => cache), ['no-store', 'no-store', 'reload']);
  assert.deepEqual(seen.map(({ redirect }) => redirect), ['manual', 'manual', 'manual']);
  assert.equal(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length, before);
});

test('it says who it is, where that is its to say', async () => {
  const latchkey = await registered();
  const agents = (await latchkey.sessions.listSessions()).data.sessions.map(({ userAgent }) => userAgent);
  assert.equal(agents.length, 1);
  assert.match(agents[0], /^latchkey-client\/\d+\.\d+\.\d+\S* \(TypeScript\)$/);
});

test('a file keeps the log-in for nobody else', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'config', 'latchkey', 'login.json');
  const { url } = await stub(t, ({ name }) => (name === 'POST /api/token' ? issued(1) : ENTRY));
  const mask = process.umask(0);
  t.after(() => process.umask(mask));
  const clock = { now: () => 1_234_500, wait: async () => {} };

  for (const before of [undefined, '', '{', 'null', '[]', '7', '{}', '{"access_token":1}', '{"username":"a","access_token":"a","refresh_token":"r","expires_at":"x"}']) {
    if (before !== undefined) {
      await writeFile(path, before);
      await chmod(path, 0o644);
    }
    assert.equal(await new Latchkey(url, { tokenStore: new FileTokenStore(path) }).username(), undefined, before);
    await new Latchkey(url, { clock, tokenStore: new FileTokenStore(path) }).logIn({ username: 'alice', password: 'b' });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(path, '..')), ['login.json']);
  }
  assert.equal((await stat(join(path, '..'))).mode & 0o777, 0o700);
  assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), {
    username: 'alice', access_token: 'access1', refresh_token: 'refresh1', expires_at: 4834.5,
  });
  const later = new Latchkey(url, { clock, tokenStore: new FileTokenStore(path) });
  assert.equal(await later.username(), 'alice');
  assert.equal((await later.data.readEntry('a')).data.value, 'b');
  await later.logOut();
  await later.logOut();
  assert.deepEqual(await readdir(join(path, '..')), []);
});

test('a log gets a line a request and no secrets', async (t) => {
  const lines = [];
  const { url } = await stub(t, ({ name }, number) =>
    name === 'POST /api/token' ? issued(7) : number === 2 ? { status: 429, code: 'TOO_MANY_REQUESTS', headers: { 'Retry-After': '2', 'X-Request-Id': 'r9' } } : number === 3 ? ENTRY : undefined,
  );
  const { latchkey } = loggedIn(url, { log: (line) => lines.push(line) });
  await latchkey.logIn({ username: 'alice', password: 'hunter2' });
  await latchkey.data.readEntry('my diary');
  await assert.rejects(latchkey.data.createEntry({ key: 'my diary', value: 'dear' }, { idempotencyKey: 'my hamster' }));
  assert.deepEqual(lines.map((line) => line.replaceAll(url, '').replace(/no answer .*/, 'no answer')), [
    'createToken (POST /api/token): 200 in 0 ms, request without an id',
    'readEntry (GET /api/data/{key}): 429 in 0 ms, request r9',
    'readEntry (GET /api/data/{key}): again in 2 s',
    'readEntry (GET /api/data/{key}): 200 in 0 ms, request without an id',
    'createEntry (POST /api/data): no answer',
    'createEntry (POST /api/data): no answer',
  ]);
  assert.doesNotMatch(lines.join(), /hunter2|diary|dear|hamster|access\d|refresh\d/);
});
