import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latchkey } from 'latchkey-client';
import { gate, issued, loggedIn, onRealTime, problem, storeOf, stub, TestClock, tokens } from './stub.mjs';

const LONG = { timeout: 60_000 };
const REFRESH = 'POST /api/token/refresh';
const PUT = { type: 'put', revision: 1, key: 'a', value: 'b', etag: '"1"' };

/** The first events of many. */
async function take(count, events) {
  const taken = [];
  for await (const event of events) {
    if (taken.push(event) === count) {
      break;
    }
  }
  return taken;
}

/** A client to which the server's stream comes in these pieces. */
function given(pieces, options) {
  const seen = [];
  const body = () => new ReadableStream({
    start(stream) {
      pieces.forEach((piece) => stream.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece));
      stream.close();
    },
  });
  const fetch = async (url, init) => (seen.push({ url, init }), new Response(body(), { headers: { 'Content-Type': 'text/event-stream' } }));
  return { seen, ...loggedIn('http://a', { fetch, ...options }) };
}

/** Streams, one after the other: each is a function of its line. The last is for all that come later. */
function streams(...all) {
  let number = 0;
  return ({ name }) => (name === REFRESH ? issued(++number + 1) : undefined) ?? ((stream) => (typeof stream === 'function' ? { stream } : stream))(all.length > 1 ? all.shift() : all[0]);
}

/** A server whose streams say one thing at once, and nothing more; `ended` is called when the client has ended one. */
function silent(ended = () => {}) {
  const asked = [];
  let revision = 0;
  const fetch = async (url, { method, headers }) => {
    const path = url.slice('http://a'.length);
    asked.push(`${method} ${path} ${(headers.get('Authorization') ?? '').slice('Bearer '.length)}`);
    if (path === '/api/token/refresh') {
      return new Response(JSON.stringify(issued(2).body));
    }
    const event = `id: ${++revision}\nevent: position\ndata: {"revision":${revision}}\n\n`;
    const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode(event)), cancel: ended });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
  };
  return { fetch, asked };
}

/** Between this and half as much again. */
function about(ms, wait) {
  assert.ok(wait >= ms && wait <= 1.5 * ms, `${wait} ms are about ${ms}`);
}

test('a stream is read whatever its line ends, and wherever it is cut', async () => {
  const key = 'ключ 🗝️ ✓';
  const lines = [
    '\uFEFF: a comment', 'retry: 2000', '', 'id: 1', 'event: change', `data: {"revision":1,"type":"put","key":"${key}",`, 'data:"value":"x: y","etag":"\\"1\\""}', '',
    'event: later', 'data: {}', 'id: 2', '', 'id: 3', 'new: field', 'event: change', 'data: {"revision":3,"type":"delete","key":"b","etag":"\\"3\\""}', ':', '',
    'event: position', '', 'event:position', 'id: 4', 'data: {"revision":4}', '', 'id', 'event', 'data', '', 'data: of no event',
  ];
  const expected = [
    { type: 'put', revision: 1, key, value: 'x: y', etag: '"1"' },
    { type: 'delete', revision: 3, key: 'b', etag: '"3"' },
    { type: 'position', revision: 4 },
  ];
  for (const end of ['\n', '\r', '\r\n']) {
    const bytes = new TextEncoder().encode(lines.join(end));
    for (const size of [1, 2, 3, 5, 7, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
      const { latchkey } = given(pieces);
      assert.deepEqual(await take(3, latchkey.data.changes({ positions: true })), expected, `${JSON.stringify(end)} in pieces of ${size}`);
    }
  }
});

test('a long line costs no more than its length', LONG, async () => {
  const piece = 'x'.repeat(16_384);
  const { latchkey } = given(['id: 1\nevent: change\ndata: {"revision":1,"type":"put","key":"a","etag":"\\"1\\"","value":"', ...Array(2000).fill(piece), '"}\n\n']);
  const [{ value }] = await take(1, latchkey.data.changes());
  assert.equal(value.length, 2000 * piece.length);
});

test('an event that has not come whole is none', async (t) => {
  const { url, requests } = await stub(t, streams(
    async (line) => {
      await line.put(1, 'a', 'b');
      await line.write('id: 2\nevent: change\ndata: {"revision":2,"type":"put","key":"a","value":"half","etag":"\\"2\\""}\n');
      line.cut();
    },
    (line) => line.put(3, 'a', 'whole'),
  ));
  const { latchkey } = loggedIn(url);
  assert.deepEqual((await take(2, latchkey.data.changes())).map(({ value }) => value), ['b', 'whole']);
  assert.deepEqual(requests.map(({ path }) => path), ['/api/changes?since=0', '/api/changes?since=1']);
});

test('changes have types, and come as they were asked for', async (t) => {
  const { url, requests } = await stub(t, streams(async (line) => {
    await line.position(7);
    await line.put(8, 'a', '');
    await line.put(9, 'b', 'c', { expires_at: '2030-01-02T03:04:05.678Z' });
    await line.event('change', { revision: 10, type: 'put', key: 'd', etag: '"10"' });
    await line.remove(11, 'e');
    await line.position(11);
  }));
  const { latchkey } = loggedIn(url);
  const changes = [
    { type: 'put', revision: 8, key: 'a', value: '', etag: '"8"' },
    { type: 'put', revision: 9, key: 'b', value: 'c', etag: '"9"', expiresAt: new Date('2030-01-02T03:04:05.678Z') },
    { type: 'put', revision: 10, key: 'd', etag: '"10"' },
    { type: 'delete', revision: 11, key: 'e', etag: '"11"' },
  ];
  assert.deepEqual(await take(4, latchkey.data.changes({ since: 7, values: false })), changes);
  assert.deepEqual(await take(6, latchkey.data.changes({ positions: true })), [{ type: 'position', revision: 7 }, ...changes, { type: 'position', revision: 11 }]);
  assert.deepEqual(requests.map(({ path }) => path), ['/api/changes?since=7&values=false', '/api/changes?since=0']);
  for (const { headers } of requests) {
    assert.deepEqual([headers.accept, headers.authorization, headers['last-event-id']], ['text/event-stream', 'Bearer access1', undefined]);
  }
});

test('one answer is asked for as JSON', async (t) => {
  const body = { status: 'success', data: { changes: [{ ...PUT, expires_at: '2030-01-01T00:00:00Z' }], revision: 1, more: false } };
  const { url, requests } = await stub(t, () => ({ body }));
  const { data } = await loggedIn(url).latchkey.data.readChanges({ since: 0, wait: 5, limit: 10, values: true });
  assert.deepEqual(data, { changes: [{ ...PUT, expiresAt: new Date('2030-01-01T00:00:00Z') }], revision: 1, more: false });
  assert.equal(requests[0].headers.accept, 'application/json');
  assert.equal(requests[0].path, '/api/changes?since=0&limit=10&wait=5&values=true');
});

test('nothing is asked before the first event is', async () => {
  const { latchkey, seen } = given([]);
  const events = latchkey.data.changes();
  assert.deepEqual(await events.return(), { value: undefined, done: true });
  assert.deepEqual(await events.next(), { value: undefined, done: true });
  assert.equal(seen.length, 0);
});

test('it comes again from where it was, later each time, until something comes', async (t) => {
  const { url, requests } = await stub(t, streams(
    undefined,
    { status: 502, body: '<html>Bad gateway</html>' },
    { status: 500, code: 'INTERNAL_ERROR' },
    (line) => line.cut(),
    undefined, undefined, undefined, undefined,
    async (line) => (await line.put(5, 'a', 'b'), line.cut()),
    (line) => line.cut(),
    (line) => line.position(9),
  ));
  const { latchkey, clock } = loggedIn(url);
  assert.deepEqual((await take(2, latchkey.data.changes({ positions: true }))).map(({ revision }) => revision), [5, 9]);
  assert.deepEqual(requests.map(({ path }) => path.slice(-1)), [...'00000000055']);
  [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 500, 1000].forEach((ms, i) => about(ms, clock.waits[i]));
  assert.equal(clock.waits.length, 10);
  assert.ok(new Set(clock.waits).size > 5, 'not the same for all');
});

test('it waits as long as the server says', async (t) => {
  const { url, names } = await stub(t, streams(
    { status: 429, code: 'TOO_MANY_REQUESTS', headers: { 'Retry-After': '7' } },
    { status: 503, code: 'UNAVAILABLE', headers: { 'Retry-After': '90' } },
    async (line) => (await line.write('retry: 3000\n\n'), await line.position(1), line.cut()),
    async (line) => (await line.write('retry: 50\n\n'), await line.position(2), await line.write('retry: 9000\n'), await line.end('SERVER_STOPPING', 2)),
    (line) => line.position(3),
  ));
  const { latchkey, clock } = loggedIn(url);
  await take(3, latchkey.data.changes({ positions: true }));
  [7000, 90_000, 3000, 9000].forEach((ms, i) => about(ms, clock.waits[i]));
  assert.deepEqual(names(), ['GET /api/changes?since=0', 'GET /api/changes?since=0', 'GET /api/changes?since=0', 'GET /api/changes?since=1', 'GET /api/changes?since=2']);
});

test('a token that has expired is replaced at once, whatever the clock says here', async (t) => {
  const { url, names, requests } = await stub(t, streams(async (line) => (await line.put(1, 'a', 'b'), await line.end('TOKEN_EXPIRED', 1)), (line) => line.position(2)));
  const { latchkey, clock } = loggedIn(url);
  await take(2, latchkey.data.changes({ positions: true }));
  assert.deepEqual(names(), ['GET /api/changes?since=0', REFRESH, 'GET /api/changes?since=1']);
  assert.equal(requests[2].headers.authorization, 'Bearer access2');
  assert.deepEqual(clock.waits, []);
});

test('a token is replaced before it expires', LONG, async () => {
  const clock = new TestClock();
  const tokenStore = storeOf({ ...tokens(1), expiresAt: clock.ms + 10_050 });
  const { fetch, asked } = silent(() => (clock.ms += 50));
  const { latchkey } = loggedIn('http://a', { clock, tokenStore, fetch });
  await take(2, latchkey.data.changes({ positions: true }));
  assert.deepEqual(asked, ['GET /api/changes?since=0 access1', `${REFRESH} `, 'GET /api/changes?since=1 access2']);
  assert.deepEqual(clock.waits, []);
});

test('a token that lives for a moment only is used to its end', LONG, async (t) => {
  const later = gate();
  let tokensGiven = 1;
  let opened = 0;
  const { url, names } = await stub(t, ({ name }) => {
    if (name === REFRESH) {
      return issued(++tokensGiven, 5);
    }
    return name === 'GET /health/live' ? {} : {
      stream: async (line) => {
        await line.position(++opened);
        if (opened === 1) {
          await line.end('TOKEN_EXPIRED', 1);
        } else {
          await later.passed;
          await line.position(3);
        }
      },
    };
  });
  const { latchkey } = loggedIn(url);
  const events = latchkey.data.changes({ positions: true });
  assert.deepEqual([(await events.next()).value.revision, (await events.next()).value.revision], [1, 2]);
  const last = events.next();
  for (let i = 0; i < 10; i++) {
    await latchkey.health.readLiveness();
  }
  later.open();
  assert.equal((await last).value.revision, 3);
  assert.deepEqual(names().filter((name) => name.startsWith('GET /api')), ['GET /api/changes?since=0', 'GET /api/changes?since=1']);
  await events.return();
});

test('who is logged out elsewhere learns it as from any call', async (t) => {
  const { url, names } = await stub(t, ({ name }) =>
    name === REFRESH ? { status: 401, code: 'INVALID_REFRESH_TOKEN' } : { stream: async (line) => (await line.position(1), await line.end('SESSION_ENDED', 1)) },
  );
  const { latchkey, tokenStore } = loggedIn(url);
  const told = [];
  latchkey.onChange((username) => told.push(username));
  await assert.rejects(take(2, latchkey.data.changes({ positions: true })), { name: 'LatchkeyError', status: 401, code: 'INVALID_REFRESH_TOKEN' });
  assert.deepEqual(names(), ['GET /api/changes?since=0', REFRESH]);
  assert.equal(tokenStore.load(), undefined);
  assert.deepEqual(told, [undefined]);
  await assert.rejects(take(1, latchkey.data.changes()), { kind: 'NOT_LOGGED_IN', code: 'INVALID_TOKEN' });
});

test('a refresh that fails for now is tried again', async (t) => {
  const answers = [{ status: 503, code: 'UNAVAILABLE' }, undefined, undefined];
  const { url, names } = await stub(t, ({ name }) =>
    name === REFRESH ? (answers.length > 0 ? answers.shift() : issued(2)) : { stream: async (line) => (await line.position(names().length), await line.end('TOKEN_EXPIRED', 1)) },
  );
  const { latchkey } = loggedIn(url, { maxRetries: 0 });
  assert.equal((await take(2, latchkey.data.changes({ positions: true }))).length, 2);
});

test('what the server does not know any more is one clear event, and the last', async (t) => {
  for (const last of [{ status: 410, body: problem('CHANGES_GONE', { revision: 42 }) }, (line) => line.end('CHANGES_GONE', 42)]) {
    const { url, requests } = await stub(t, streams(last));
    const { latchkey, clock } = loggedIn(url);
    assert.deepEqual(await take(9, latchkey.data.changes({ since: 7 })), [{ type: 'gone', revision: 42 }]);
    assert.equal(requests.length, 1);
    assert.deepEqual(clock.waits, []);
  }
  const { url } = await stub(t, streams({ status: 410, body: problem('CHANGES_GONE', { revision: 42 }) }));
  await assert.rejects(loggedIn(url).latchkey.data.readChanges({ since: 7 }), { status: 410, code: 'CHANGES_GONE', revision: 42 });
});

test('reasons, events and members of a later version break nothing', async (t) => {
  const { url, names } = await stub(t, streams(
    async (line) => (await line.event('news', {}, 3), await line.write('event: odd\ndata: x\n\n'), await line.end('FULL_MOON', 4)),
    async (line) => (await line.put(5, 'a', 'b', { color: 'red' }), await line.position(5)),
  ));
  const { latchkey, clock } = loggedIn(url);
  assert.deepEqual(await take(1, latchkey.data.changes()), [{ ...PUT, revision: 5, etag: '"5"' }]);
  assert.deepEqual(names(), ['GET /api/changes?since=0', 'GET /api/changes?since=4']);
  assert.equal(clock.waits.length, 1);
});

test('a refusal is an error', async (t) => {
  for (const [answer, error] of [
    [{ status: 400, code: 'INVALID_REQUEST' }, { status: 400, code: 'INVALID_REQUEST' }],
    [{ status: 406, code: 'NOT_ACCEPTABLE' }, { status: 406, code: 'NOT_ACCEPTABLE' }],
    [{ status: 404, body: '<html>' }, { status: 404, kind: 'UNUSABLE_ANSWER' }],
    [{ status: 302, headers: { Location: 'http://127.0.0.1:1/' } }, { kind: 'UNUSABLE_ANSWER' }],
    [{ body: '<html>Please log in to this Wi-Fi</html>', headers: { 'Content-Type': 'text/html' } }, { status: 200, kind: 'UNUSABLE_ANSWER' }],
    [(line) => line.write('event: change\ndata: {}\n\n'), { kind: 'UNUSABLE_ANSWER' }],
    [(line) => line.write('event: change\ndata: {\n\n'), { kind: 'UNUSABLE_ANSWER' }],
    [(line) => line.write('event: end\ndata: null\n\n'), { kind: 'UNUSABLE_ANSWER' }],
  ]) {
    const { url, requests } = await stub(t, streams(answer));
    await assert.rejects(take(1, loggedIn(url).latchkey.data.changes()), { name: 'LatchkeyError', ...error });
    assert.equal(requests.length, 1);
  }
  const bodiless = loggedIn('http://a', { fetch: async () => ({ status: 200, ok: true, headers: new Headers({ 'Content-Type': 'text/event-stream' }), body: undefined }) });
  await assert.rejects(take(1, bodiless.latchkey.data.changes()), { name: 'LatchkeyError', kind: 'CLIENT_FAILURE' });
  const broken = loggedIn('http://a', { tokenStore: { load: () => { throw new Error('No disk.'); }, save() {}, clear() {} } });
  await assert.rejects(take(1, broken.latchkey.data.changes()), { name: 'LatchkeyError', kind: 'CLIENT_FAILURE' });
});

test('a silent stream is dead', LONG, async () => {
  const { fetch, asked } = silent();
  const { latchkey, clock } = loggedIn('http://a', { silenceMs: 50, fetch });
  await take(2, latchkey.data.changes({ positions: true }));
  assert.deepEqual(asked, ['GET /api/changes?since=0 access1', 'GET /api/changes?since=1 access1']);
  about(500, clock.waits[0]);
});

test('who leaves the loop, aborts or returns ends the request at once', LONG, async (t) => {
  const leave = {
    break: async (events) => { for await (const _ of events) break; },
    throw: (events) => assert.rejects((async () => { for await (const _ of events) throw new Error('Enough.'); })(), /Enough/),
    return: async (events) => {
      await events.next();
      const next = events.next();
      await events.return();
      assert.deepEqual(await next, { value: undefined, done: true });
    },
    abort: async (events, controller) => {
      await events.next();
      const next = events.next();
      const reason = new Error('The user left.');
      controller.abort(reason);
      await assert.rejects(next, reason);
      assert.deepEqual(await events.next(), { value: undefined, done: true });
    },
  };
  for (const [name, how] of Object.entries(leave)) {
    const closed = gate();
    const { url, requests } = await stub(t, streams(async (line) => (await line.put(1, 'a', 'b'), await line.closed, closed.open())));
    const controller = new AbortController();
    const before = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    await how(loggedIn(url).latchkey.data.changes({ signal: controller.signal }), controller);
    await closed.passed;
    assert.equal(requests.length, 1, name);
    assert.ok(process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length <= before, name);
  }
  const { url, requests } = await stub(t, streams((line) => line.closed));
  await assert.rejects(take(1, loggedIn(url).latchkey.data.changes({ signal: AbortSignal.abort() })), { name: 'AbortError' });
  assert.equal(requests.length, 0);
});

test('who leaves while it waits need not wait', LONG, async (t) => {
  const waiting = gate();
  const { url } = await stub(t, () => ({ status: 503, code: 'UNAVAILABLE', headers: { 'Retry-After': '3600' } }));
  for (const leave of [(events) => events.return(), (_, controller) => controller.abort()]) {
    const controller = new AbortController();
    const log = (line) => line.includes('Again') && waiting.open();
    const events = onRealTime(url, { log }).data.changes({ signal: controller.signal });
    const next = events.next().catch((error) => error.name);
    await waiting.passed;
    leave(events, controller);
    await next;
  }
});

test('it never takes more from the server than is asked for', async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull(stream) {
      pulled++;
      stream.enqueue(new TextEncoder().encode(`id: ${pulled}\nevent: position\ndata: {"revision":${pulled}}\n\n`));
    },
  }, { highWaterMark: 0 });
  const { latchkey } = loggedIn('http://a', { fetch: async () => new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }) });
  const events = latchkey.data.changes({ positions: true });
  for (let i = 1; i <= 3; i++) {
    await events.next();
    await new Promise(setImmediate);
    assert.equal(pulled, i);
  }
  await events.return();
});

test('nobody gets the changes of another', LONG, async (t) => {
  const over = { name: 'LatchkeyError', kind: 'NOT_LOGGED_IN', code: 'INVALID_TOKEN' };
  const cut = gate();
  const { url, requests } = await stub(t, ({ name, headers }) =>
    name === 'POST /api/token'
      ? issued(2)
      : { stream: async (line) => (await line.put(1, 'a', headers.authorization), await Promise.race([line.closed, cut.passed]), line.cut()) },
  );
  const { latchkey } = loggedIn(url);
  const events = latchkey.data.changes();
  assert.equal((await events.next()).value.value, 'Bearer access1');
  const next = events.next();
  await latchkey.logIn({ username: 'bob', password: 'c' });
  await assert.rejects(next, over);

  // Nobody tells of it: the store is changed by another program.
  const { latchkey: client, tokenStore } = loggedIn(url);
  const others = client.data.changes();
  await others.next();
  tokenStore.save(tokens(2, new TestClock(), 'bob'));
  cut.open();
  await assert.rejects(others.next(), over);
  assert.equal(requests.some(({ headers }) => headers.authorization === 'Bearer access2'), false);
});

test('a log-out ends it', LONG, async (t) => {
  const { url } = await stub(t, ({ method }) => (method === 'DELETE' ? {} : { stream: async (line) => (await line.put(1, 'a', 'b'), await line.closed) }));
  const { latchkey } = loggedIn(url);
  const events = latchkey.data.changes();
  await events.next();
  const next = events.next();
  await latchkey.logOut();
  await assert.rejects(next, { kind: 'NOT_LOGGED_IN', code: 'INVALID_TOKEN' });
});

test('who logs out asks for no new token, whether the stream or the answer says first that the session is over', LONG, async (t) => {
  for (const answer of [{}, { status: 500, code: 'INTERNAL_ERROR' }]) {
    const [ended, told] = [gate(), gate()];
    const { url, names } = await stub(t, async ({ method, name }) => {
      if (method === 'DELETE') {
        ended.open();
        await told.passed;
        return answer;
      }
      if (name === 'GET /api/data/a') {
        await ended.passed;
        return { status: 401, code: 'INVALID_TOKEN' };
      }
      return name === REFRESH ? { status: 401, code: 'INVALID_REFRESH_TOKEN' } : { stream: async (line) => (await line.put(1, 'a', 'b'), await ended.passed, await line.end('SESSION_ENDED', 1)) };
    });
    const closed = gate();
    const tokenStore = storeOf(tokens(1));
    // A store of the platform takes its time, in which the old tokens are still there.
    const slow = { ...tokenStore, clear: async () => (await new Promise(setImmediate), tokenStore.clear()) };
    const { latchkey } = loggedIn(url, { tokenStore: slow, log: (line) => line.includes('401') && closed.open() });
    const events = latchkey.data.changes();
    await events.next();
    const calls = [events.next(), latchkey.data.readEntry('a')].map((call) => assert.rejects(call, { code: 'INVALID_TOKEN' }));
    const loggedOut = latchkey.logOut().catch(({ code }) => code);
    await closed.passed;
    // What would be asked now is there before this.
    await fetch(`${url}/last`).then((response) => response.body.cancel());
    told.open();
    assert.equal(await loggedOut, answer.code);
    await Promise.all(calls);
    assert.deepEqual(names().filter((name) => name !== 'GET /last').sort(), ['DELETE /api/token', 'GET /api/changes?since=0', 'GET /api/data/a']);
  }
});

test('the same user may log in anew, by another name', LONG, async (t) => {
  const token = (number) => `a.${Buffer.from(JSON.stringify({ sub: 'id?>', number })).toString('base64url')}.c`;
  const { url, names } = await stub(t, ({ name, headers }) =>
    name === 'POST /api/token'
      ? { body: { status: 'success', data: { ...issued(2).body.data, access_token: token(2) } } }
      : { stream: (line) => line.put(headers.authorization.endsWith(token(2)) ? 2 : 1, 'a', 'b') },
  );
  const { latchkey } = loggedIn(url, { tokenStore: storeOf({ ...tokens(1), accessToken: token(1) }) });
  const events = latchkey.data.changes();
  await events.next();
  const next = events.next();
  await latchkey.logIn({ username: 'alice@example.com', password: 'c' });
  assert.equal((await next).value.revision, 2);
  assert.deepEqual(names(), ['GET /api/changes?since=0', 'POST /api/token', 'GET /api/changes?since=1']);
  await events.return();
});

test('a page that gets a network or wakes up goes on at once', LONG, async (t) => {
  const page = new EventTarget();
  for (const name of ['addEventListener', 'removeEventListener']) {
    globalThis[name] = page[name].bind(page);
    t.after(() => delete globalThis[name]);
  }
  const waiting = gate();
  const { url, names } = await stub(t, streams(undefined, (line) => line.position(1), (line) => line.position(2)));
  const clock = { ms: Date.now(), now: () => clock.ms, wait: () => (waiting.open(), new Promise(() => {})) };
  const latchkey = onRealTime(url, { clock });
  const events = latchkey.data.changes({ positions: true });
  const first = events.next();
  await waiting.passed;
  page.dispatchEvent(new Event('online'));
  assert.equal((await first).value.revision, 1);

  const second = events.next();
  page.dispatchEvent(new Event('pageshow'));
  clock.ms += 46_000;
  page.dispatchEvent(new Event('pageshow'));
  assert.equal((await second).value.revision, 2);
  assert.deepEqual(names(), ['GET /api/changes?since=0', 'GET /api/changes?since=0', 'GET /api/changes?since=1']);
  await events.return();
});
