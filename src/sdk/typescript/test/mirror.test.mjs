import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as systemWait } from 'node:timers/promises';
import { Latchkey, memoryStore } from 'latchkey-client';
import { Model } from './model.mjs';
import { newUser, registered, URL as SERVER } from './server.mjs';
import { gate, issued, line, loggedIn, problem, storeOf, stub, TestClock, tokens } from './stub.mjs';
import { STORE_TESTS } from './stores.mjs';

const LONG = { timeout: 60_000 };

for (const [name, check] of Object.entries(STORE_TESTS)) {
  test(`a store in memory ${name}`, () => {
    const stores = new Map();
    return check((number) => stores.get(number) ?? stores.set(number, memoryStore()).get(number));
  });
}

/** What a mirror has, as `Model.contents` gives it. */
async function contents(mirror) {
  const all = [];
  for await (const { key, value } of mirror.entries()) {
    all.push([key, value]);
  }
  return all;
}

/** Resolves when the mirror is in this state; at once if it is. */
function reaches(mirror, state) {
  return new Promise((resolve) => {
    const stop = mirror.onState((now) => now === state && (stop(), resolve()));
    if (mirror.state === state) {
      stop();
      resolve();
    }
  });
}

/** Resolves when the mirror is at this revision of the server, or later. */
async function isAt(mirror, revision) {
  while (!(mirror.revision >= revision)) {
    await new Promise((resolve) => {
      const stops = [mirror.onChange(done), mirror.onState(done)];
      function done() {
        stops.forEach((stop) => stop());
        resolve();
      }
    });
  }
}

/** A mirror of the model that ends with the test. */
function mirrorOf(t, { url }, options, client = loggedIn(url)) {
  const mirror = client.latchkey.data.mirror(options);
  t.after(() => mirror.close());
  return mirror;
}

test('a mirror has what the server has, and keeps it', LONG, async (t) => {
  const model = await Model.start(t);
  for (const key of ['b', 'a', '\u{10000}', '\uffff', 'c']) {
    model.put(key, `of ${key}`);
  }
  const mirror = mirrorOf(t, model);
  assert.equal(mirror.state, 'connecting');
  assert.equal(mirror.revision, undefined);
  await mirror.ready;
  assert.equal(mirror.state, 'live');
  assert.deepEqual(await contents(mirror), model.contents());
  assert.deepEqual((await contents(mirror)).map(([key]) => key), ['a', 'b', 'c', '\uffff', '\u{10000}']);
  assert.deepEqual(await mirror.get('a'), { key: 'a', value: 'of a', etag: '"2"' });

  const told = [];
  mirror.onChange((keys) => told.push(...keys));
  model.put('d', 'new');
  model.put('a', 'changed');
  model.remove('b');
  await isAt(mirror, model.revision);
  assert.deepEqual(await contents(mirror), model.contents());
  assert.deepEqual(told, ['d', 'a', 'b']);
  assert.deepEqual(await mirror.get('a'), { key: 'a', value: 'changed', etag: '"7"' });
  assert.equal(await mirror.get('b'), undefined);
});

test('a mirror of a prefix has nothing else', LONG, async (t) => {
  const model = await Model.start(t);
  ['notes/1', 'notes', 'note', 'notes/2', 'todo/1'].forEach((key) => model.put(key, key));
  const mirror = mirrorOf(t, model, { prefix: 'notes/' });
  await mirror.ready;
  const told = [];
  mirror.onChange((keys) => told.push(...keys));
  model.put('todo/2', '');
  model.put('notes/3', '');
  model.remove('todo/1');
  model.remove('notes/1');
  await isAt(mirror, model.revision);
  assert.deepEqual(await contents(mirror), model.contents('notes/'));
  assert.deepEqual(told, ['notes/3', 'notes/1']);
  assert.equal(await mirror.get('todo/2'), undefined);
  assert.equal(model.requests[0].path, '/api/data?prefix=notes%2F&limit=1000');
});

test('a mirror is read from its store at once, and goes on from there', LONG, async (t) => {
  const model = await Model.start(t);
  const store = memoryStore();
  model.put('a', '1');
  const first = mirrorOf(t, model, { store });
  await first.ready;
  await first.close();
  assert.equal(first.state, 'closed');
  assert.equal(first.error, undefined);
  await assert.rejects(first.get('a'), { name: 'LatchkeyError', kind: 'CLIENT_FAILURE' });
  await assert.rejects(contents(first), { name: 'LatchkeyError' });

  model.put('b', '2');
  const asked = model.requests.length;
  const offline = loggedIn(model.url, { fetch: () => Promise.reject(new TypeError('No network.')), clock: { now: () => 1_000_000, wait: () => new Promise(() => {}) } });
  const second = mirrorOf(t, model, { store }, offline);
  assert.deepEqual(await contents(second), [['a', '1']]);
  assert.equal(second.revision, 1);
  await reaches(second, 'offline');
  assert.deepEqual(await contents(second), [['a', '1']]);
  await second.close();

  const third = mirrorOf(t, model, { store });
  await third.ready;
  assert.deepEqual(await contents(third), model.contents());
  assert.deepEqual(model.names().slice(asked), ['GET /api/changes?since=1']);
});

test('whatever breaks, nothing is lost and nothing is doubled', LONG, async (t) => {
  const model = await Model.start(t);
  const stores = [memoryStore(), memoryStore()];
  const shared = memoryStore();
  // Two that make a copy for one store in the same moment have to wait for each other.
  const clock = { now: () => 1_000_000, wait: (ms, signal) => systemWait(ms / 100, undefined, { signal }) };
  const open = (store) => mirrorOf(t, model, { store, prefix: 'k' }, loggedIn(model.url, { clock }));
  const mirrors = [...stores, shared, shared].map(open);
  let seed = 7;
  const random = (n) => (seed = (seed * 48_271) % 2_147_483_647) % n;
  for (let step = 0; step < 300; step++) {
    const key = `${'kkx'[random(3)]}${random(12)}`;
    const doings = [
      ...Array(12).fill(() => model.put(key, `${step}`)),
      ...Array(4).fill(() => model.remove(key)),
      () => model.cut(),
      () => random(4) === 0 && model.forget(),
      () => new Promise(setImmediate),
      async () => {
        const number = random(4);
        await mirrors[number].close();
        mirrors[number] = open([...stores, shared, shared][number]);
      },
    ];
    await doings[random(doings.length)]();
    if (step % 20 === 19) {
      model.put('k', `${step}`);
      await Promise.all(mirrors.map((mirror) => isAt(mirror, model.revision)));
      for (const mirror of mirrors) {
        assert.deepEqual(await contents(mirror), model.contents('k'), `after step ${step}`);
      }
    }
  }
  assert.ok(model.names().filter((name) => name.startsWith('GET /api/data')).length > 10, 'copies were made anew');
});

test('a copy that changes while it is made is exact in the end', LONG, async (t) => {
  const model = await Model.start(t);
  'abcdefgh'.split('').forEach((key) => model.put(key, 'old'));
  let pages = 0;
  model.beforePage = () => {
    if (++pages === 3) {
      model.put('a', 'new');
      model.remove('b');
      model.put('h', 'new');
      model.put('i', 'new');
    }
  };
  const mirror = mirrorOf(t, model);
  await mirror.ready;
  assert.deepEqual(await contents(mirror), model.contents());
  assert.equal(pages, 5);
});

test('a copy that is cut off is begun anew', LONG, async (t) => {
  const model = await Model.start(t);
  'abcdef'.split('').forEach((key) => model.put(key, 'x'));
  const store = memoryStore();
  let pages = 0;
  const halfway = gate();
  model.beforePage = () => (++pages === 2 ? (halfway.open(), new Promise(() => {})) : undefined);
  const first = mirrorOf(t, model, { store });
  await halfway.passed;
  assert.deepEqual(await contents(first), []);
  assert.equal(first.revision, undefined);
  await first.close();
  await assert.rejects(first.ready, { kind: 'CLIENT_FAILURE' });

  model.remove('a');
  model.beforePage = () => (++pages === 4 ? { status: 500, code: 'INTERNAL_ERROR' } : undefined);
  const second = mirrorOf(t, model, { store });
  await second.ready;
  assert.deepEqual(await contents(second), model.contents());
  assert.deepEqual(model.names().map((name) => name.includes('cursor')), [false, true, false, true, false, true, true, false]);
});

test('when the changes are gone, the old copy is read until there is a new one', LONG, async (t) => {
  const model = await Model.start(t);
  'abc'.split('').forEach((key) => model.put(key, 'old'));
  const mirror = mirrorOf(t, model);
  await mirror.ready;
  const asked = gate();
  const answered = gate();
  model.beforePage = async () => (asked.open(), await answered.passed, undefined);
  const told = [];
  mirror.onChange((keys) => told.push(keys));
  model.lines.forEach((line) => (line.send = () => {}));
  model.remove('a');
  model.put('d', 'new');
  model.forget();
  await asked.passed;
  assert.equal(mirror.state, 'connecting');
  assert.deepEqual(await contents(mirror), [['a', 'old'], ['b', 'old'], ['c', 'old']]);
  assert.deepEqual(told, []);
  answered.open();
  await reaches(mirror, 'live');
  assert.deepEqual(await contents(mirror), model.contents());
  assert.deepEqual(told, [undefined]);
  assert.equal(mirror.revision, model.revision);
});

test('a restored server, which is older, makes a new copy', LONG, async (t) => {
  const model = await Model.start(t);
  'abc'.split('').forEach((key) => model.put(key, 'old'));
  const mirror = mirrorOf(t, model);
  await mirror.ready;
  model.entries.delete('a');
  model.revision = 1;
  model.changes.clear();
  model.cut();
  await new Promise((resolve) => mirror.onChange((keys) => keys === undefined && resolve()));
  assert.deepEqual(await contents(mirror), model.contents());
  assert.equal(mirror.revision, 1);
  model.put('z', 'new');
  await isAt(mirror, 2);
  assert.deepEqual(await contents(mirror), model.contents());
});

test('what is written through the mirror is read from it at once', LONG, async (t) => {
  const model = await Model.start(t);
  const mirror = mirrorOf(t, model);
  await mirror.ready;
  model.lines.forEach((line) => (line.send = () => {})); // The stream is slow.
  assert.deepEqual(await mirror.set('a', 'b'), { etag: '"1"', created: false });
  assert.deepEqual(await contents(mirror), [['a', 'b']]);
  assert.deepEqual(await mirror.get('a'), { key: 'a', value: 'b', etag: '"1"' });
  await mirror.set('c', 'd', { expiresIn: 60 });
  assert.deepEqual((await mirror.get('c')).expiresAt, new Date(1_060_000));
  assert.equal(await mirror.delete('a'), true);
  assert.equal(await mirror.delete('a'), false);
  assert.deepEqual(await contents(mirror), [['c', 'd']]);
  assert.equal(mirror.revision, 0);
  model.cut();
  await isAt(mirror, 3);
  assert.deepEqual(await contents(mirror), [['c', 'd']]);
  model.onWrite = () => ({ status: 412, code: 'PRECONDITION_FAILED' });
  await assert.rejects(mirror.set('c', 'e', { ifMatch: '"7"' }), { code: 'PRECONDITION_FAILED' });
  await assert.rejects(mirror.delete('c', { ifMatch: '"7"' }), { code: 'PRECONDITION_FAILED' });
});

test('what is written while the copy is made is in it', LONG, async (t) => {
  const model = await Model.start(t);
  'abc'.split('').forEach((key) => model.put(key, 'old'));
  const asked = gate();
  const answered = gate();
  let isHeld = true;
  model.beforePage = async (query) => {
    if (query.has('cursor') && isHeld) {
      isHeld = false;
      asked.open();
      await answered.passed;
    }
  };
  const mirror = mirrorOf(t, model);
  const seen = [];
  mirror.onChange(async () => seen.push(await contents(mirror)));
  await asked.passed;
  await mirror.set('a', 'new');
  await mirror.delete('b');
  assert.deepEqual(await contents(mirror), []);
  answered.open();
  await mirror.ready;
  await isAt(mirror, model.revision);
  assert.deepEqual(await contents(mirror), [['a', 'new'], ['c', 'old']]);
  assert.ok(seen.length > 0);
  seen.forEach((one) => assert.deepEqual(one, [['a', 'new'], ['c', 'old']]));
});

test('an entry that has expired is not read any more', LONG, async (t) => {
  const model = await Model.start(t);
  const clock = new TestClock();
  model.put('a', '1', { expires_at: new Date(clock.ms + 1000).toISOString() });
  model.put('b', '2');
  const mirror = mirrorOf(t, model, {}, loggedIn(model.url, { clock }));
  await mirror.ready;
  clock.ms += 999;
  assert.deepEqual(await contents(mirror), [['a', '1'], ['b', '2']]);
  clock.ms += 1;
  assert.deepEqual(await contents(mirror), [['b', '2']]);
  assert.equal(await mirror.get('a'), undefined);
});

test('it says how it is doing', LONG, async (t) => {
  const model = await Model.start(t);
  const mirror = mirrorOf(t, model);
  const states = [];
  mirror.onState((state) => states.push(state));
  await mirror.ready;
  model.cut();
  await reaches(mirror, 'offline');
  await reaches(mirror, 'live');
  await mirror.close();
  await mirror.close();
  await new Promise(setImmediate);
  assert.deepEqual(states, ['live', 'offline', 'live', 'closed']);
});

test('a log-out deletes the copy, and so does the end of the session', LONG, async (t) => {
  const ways = {
    'log-out': (client) => client.latchkey.logOut(),
    'another user': (client) => client.latchkey.logIn({ username: 'bob', password: 'c' }),
    'end of the session': (_, model) => model.lines.forEach((line) => line.end('SESSION_ENDED', 1)),
  };
  for (const [name, end] of Object.entries(ways)) {
    const model = await Model.start(t);
    const inner = model.answer.bind(model);
    model.answer = async (request) =>
      request.path === '/api/token/refresh' ? { status: 401, code: 'INVALID_REFRESH_TOKEN' } : request.path === '/api/token' ? (request.method === 'POST' ? issued(2) : {}) : inner(request);
    model.put('a', 'secret');
    const store = memoryStore();
    const copies = [];
    const open = store.open.bind(store);
    store.open = (copy) => (copies.push(copy), open(copy));
    const client = loggedIn(model.url);
    const mirror = mirrorOf(t, model, { store }, client);
    await mirror.ready;
    await end(client, model);
    await reaches(mirror, 'closed');
    assert.equal(mirror.error.status, 401, name);
    await assert.rejects(contents(mirror), { status: 401 });
    await assert.rejects(mirror.get('a'), { status: 401 });
    assert.equal(await open(copies[0]), undefined, name);
    assert.deepEqual(await store.list(copies[0], undefined, 9), []);
  }
});

test('nobody gets the copy of another', LONG, async (t) => {
  const model = await Model.start(t);
  model.put('a', 'of alice');
  const store = memoryStore();
  const first = mirrorOf(t, model, { store });
  await first.ready;
  await first.close();

  // Neither another user, nor one of another server; nor is the copy of one prefix that of another.
  const asked = [];
  const never = (answer) => (...call) => (asked.push(call), answer);
  const nothing = { fetch: never(new Promise(() => {})) };
  const bob = loggedIn(model.url, { ...nothing, tokenStore: storeOf(tokens(2, new TestClock(), 'bob')) });
  const second = mirrorOf(t, model, { store }, bob);
  assert.deepEqual(await contents(second), []);
  assert.equal(await second.get('a'), undefined);
  await second.close();
  const back = mirrorOf(t, model, { store }, loggedIn(model.url, nothing));
  assert.deepEqual(await contents(back), [], 'it was deleted');
  await back.close();

  const nobody = new Latchkey(model.url).data.mirror({ store });
  await assert.rejects(nobody.ready, { kind: 'NOT_LOGGED_IN' });
  await assert.rejects(contents(nobody), { kind: 'NOT_LOGGED_IN' });
});

test('a copy is not made of the data of two users', LONG, async (t) => {
  const { url, requests } = await stub(t, async ({ path, headers }, number) => {
    if (path.startsWith('/api/changes')) {
      return { stream: (line) => line.position(1) };
    }
    if (number === 1) {
      tokenStore.save(tokens(2, new TestClock(), 'bob'));
    }
    const time = new Date(0).toISOString();
    return { body: { status: 'success', data: { entries: [{ key: `k${number}`, value: headers.authorization, etag: '"1"', created_at: time, updated_at: time }], revision: 1, ...(number === 1 && { next_cursor: 'x' }) } } };
  });
  const { latchkey, tokenStore } = loggedIn(url);
  const mirror = latchkey.data.mirror();
  await assert.rejects(mirror.ready, { kind: 'NOT_LOGGED_IN' });
  assert.equal(requests.length, 1);
  await assert.rejects(mirror.set('a', 'b'), { kind: 'NOT_LOGGED_IN' });
  assert.equal(requests.length, 1);
});

test('a store that fails ends the mirror, and says so', LONG, async (t) => {
  const model = await Model.start(t);
  for (const method of ['open', 'replace', 'apply']) {
    const store = memoryStore();
    store[method] = async () => {
      throw new Error('No room.');
    };
    const mirror = mirrorOf(t, model, { store });
    await reaches(mirror, 'closed');
    assert.equal(mirror.error.kind, 'CLIENT_FAILURE', method);
    assert.match(mirror.error.message, /No room\./);
    await assert.rejects(mirror.ready, mirror.error);
  }
});

test('a server that refuses ends the mirror', LONG, async (t) => {
  for (const answer of [{ status: 404, body: '<html>' }, { status: 400, body: problem('INVALID_REQUEST') }]) {
    const { url } = await stub(t, () => answer);
    const mirror = loggedIn(url).latchkey.data.mirror();
    await assert.rejects(mirror.ready, { status: answer.status });
    assert.equal(mirror.state, 'closed');
  }
});

test('a store that was emptied by others is filled again', LONG, async (t) => {
  const model = await Model.start(t);
  const store = memoryStore();
  model.put('a', '1');
  const mirror = mirrorOf(t, model, { store });
  await mirror.ready;
  await store.clear();
  const isBack = new Promise((resolve) => mirror.onChange((keys) => keys === undefined && resolve()));
  model.put('b', '2');
  await isBack;
  assert.deepEqual(await contents(mirror), model.contents());
});

test('on the real server, over lines that break', { timeout: 120_000 }, async (t) => {
  const user = newUser();
  const writer = new Latchkey(SERVER);
  await writer.register(user);
  const clock = { now: Date.now, wait: (ms, signal) => systemWait(ms / 20, undefined, { signal }) };
  const lines = [await line(t, SERVER), await line(t, SERVER)];
  const mirrors = [];
  for (const { url } of lines) {
    const client = await new Latchkey(url, { clock }).logIn(user);
    mirrors.push(client.data.mirror({ prefix: 'k' }));
    t.after(() => mirrors.at(-1).close());
  }
  let seed = 11;
  const random = (n) => (seed = (seed * 48_271) % 2_147_483_647) % n;
  for (let step = 0; step < 120; step++) {
    const key = `${'kkx'[random(3)]}${random(15)} ✓`;
    const doings = [
      () => writer.data.set(key, `${step}`),
      () => writer.data.set(key, `${step}`),
      () => writer.data.delete(key),
      () => writer.data.batch([{ op: 'put', key, value: 'first' }, { op: 'put', key: 'k0 ✓', value: `${step}` }, { op: 'put', key, value: `${step}` }]),
      () => lines[random(2)].cut(),
      () => mirrors[random(2)].set('k1 ✓', `${step}`).catch(({ status }) => assert.equal(status, 0)),
    ];
    await doings[random(doings.length)]();
  }
  const { etag } = await writer.data.set('k', 'end');
  await Promise.all(mirrors.map((mirror) => isAt(mirror, Number(etag.slice(1, -1)))));
  const expected = [];
  for await (const { key, value } of writer.data.list({ prefix: 'k' })) {
    expected.push([key, value]);
  }
  for (const mirror of mirrors) {
    assert.deepEqual(await contents(mirror), expected);
  }

  const gone = Promise.all(mirrors.map((mirror) => new Promise((resolve) => mirror.onChange((keys) => keys?.includes('k brief') && isGone(mirror).then((yes) => yes && resolve())))));
  const isGone = async (mirror) => (await mirror.get('k brief')) === undefined;
  await writer.data.set('k brief', '', { expiresIn: 1 });
  await gone;

  const [mirror] = mirrors;
  await writer.sessions.endAllSessions();
  await reaches(mirror, 'closed');
  assert.equal(mirror.error.status, 401);
});

test('on the real server, who writes through a mirror has it at once, and others soon', LONG, async (t) => {
  const latchkey = await registered();
  const [one, other] = [latchkey.data.mirror(), latchkey.data.mirror()];
  t.after(() => Promise.all([one.close(), other.close()]));
  await Promise.all([one.ready, other.ready]);
  const told = new Promise((resolve) => other.onChange(resolve));
  await one.set('a', 'b');
  assert.equal((await one.get('a')).value, 'b');
  assert.deepEqual(await told, ['a']);
  assert.equal((await other.get('a')).value, 'b');
});
