import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latchkey, MemoryTokenStore } from 'latchkey-client';
import { newUser, PASSWORD, registered, URL } from './server.mjs';
import { gate, issued, loggedIn, problem, storeOf, stub, TestClock, tokens } from './stub.mjs';

const REFRESH = 'POST /api/token/refresh';

/** Takes only the access tokens that it gave last; each refresh token is good for one. */
function server(state = { number: 1 }) {
  return (request) => {
    if (request.name === REFRESH) {
      return request.body.refresh_token === `refresh${state.number}`
        ? issued(++state.number)
        : { status: 401, code: 'INVALID_REFRESH_TOKEN' };
    }
    return request.headers.authorization === `Bearer access${state.number}`
      ? { body: { status: 'success', data: { key: 'a', value: 'b' } } }
      : { status: 401, code: 'INVALID_TOKEN' };
  };
}

test('a token is refreshed shortly before it expires', async (t) => {
  const { url, names } = await stub(t, server());
  const { latchkey, clock, tokenStore } = loggedIn(url);
  clock.ms += 3_600_000 - 10_001;
  await latchkey.data.readEntry('a');
  assert.deepEqual(names(), ['GET /api/data/a']);
  clock.ms += 1;
  await latchkey.data.readEntry('a');
  assert.deepEqual(names(), ['GET /api/data/a', REFRESH, 'GET /api/data/a']);
  assert.deepEqual(tokenStore.load(), tokens(2, clock));
});

test('a slow answer makes no token live longer', async (t) => {
  const { url } = await stub(t, ({ name }) => {
    clock.ms += 20_000;
    return name === 'POST /api/token' ? issued(1) : name === REFRESH ? issued(2) : {};
  });
  const { latchkey, clock, tokenStore } = loggedIn(url);
  const asked = clock.ms;
  await latchkey.logIn({ username: 'alice', password: 'a' });
  assert.equal(tokenStore.load().expiresAt, asked + 3_600_000);
  const refreshed = (clock.ms = asked + 3_600_000);
  await latchkey.data.deleteEntry('a');
  assert.equal(tokenStore.load().expiresAt, refreshed + 3_600_000);
});

test('without a refresh token the server says when it is over', async (t) => {
  const { url, names } = await stub(t, server());
  const { latchkey } = loggedIn(url, { tokenStore: storeOf({ ...tokens(1), refreshToken: '', expiresAt: 0 }) });
  assert.equal((await latchkey.data.readEntry('a')).data.value, 'b');
  assert.deepEqual(names(), ['GET /api/data/a']);
});

test('a token that is refused is refreshed, and the call made again with its body', async (t) => {
  const { url, requests, names } = await stub(t, server({ number: 2 }));
  const { latchkey, clock } = loggedIn(url, { tokenStore: storeOf({ ...tokens(1), refreshToken: 'refresh2' }) });
  await latchkey.data.createEntry({ key: 'a', value: 'b' });
  assert.deepEqual(names(), ['POST /api/data', REFRESH, 'POST /api/data']);
  assert.deepEqual(requests[2].body, { key: 'a', value: 'b' });
  assert.deepEqual(clock.waits, []);
});

test('a new token that is refused as well is not refreshed again', async (t) => {
  const { url, names } = await stub(t, ({ name }) => (name === REFRESH ? issued(2) : { status: 401, code: 'INVALID_TOKEN' }));
  await assert.rejects(loggedIn(url).latchkey.data.readEntry('a'), { status: 401, code: 'INVALID_TOKEN' });
  assert.deepEqual(names(), ['GET /api/data/a', REFRESH, 'GET /api/data/a']);
});

test('ten calls at once refresh once', async (t) => {
  for (const refused of [true, false]) {
    const { url, names } = await stub(t, server({ number: refused ? 2 : 1 }));
    const { latchkey, clock } = loggedIn(url, { tokenStore: storeOf({ ...tokens(1), refreshToken: refused ? 'refresh2' : 'refresh1' }) });
    clock.ms += refused ? 0 : 4_000_000;
    await Promise.all(Array.from({ length: 10 }, () => latchkey.data.readEntry('a')));
    assert.equal(names().filter((name) => name === REFRESH).length, 1);
    assert.equal(names().length, refused ? 21 : 11);
  }
});

test('a refresh token that is refused logs the user out', async (t) => {
  for (const late of [0, 4_000_000]) {
    const { url, names } = await stub(t, server({ number: 7 }));
    const { latchkey, clock, tokenStore } = loggedIn(url);
    const told = [];
    latchkey.onChange((username) => told.push(username));
    assert.equal(await latchkey.username(), 'alice');
    clock.ms += late;
    const calls = await Promise.allSettled([latchkey.data.readEntry('a'), latchkey.data.readEntry('b')]);
    for (const call of calls) {
      assert.equal(call.reason.code, 'INVALID_REFRESH_TOKEN');
    }
    assert.equal(names().filter((name) => name === REFRESH).length, 1);
    assert.equal(tokenStore.load(), undefined);
    assert.equal(await latchkey.username(), undefined);
    assert.deepEqual(told, [undefined]);
    await assert.rejects(latchkey.data.readEntry('a'), { code: 'INVALID_TOKEN' });
  }
});

test('a refresh that fails otherwise logs nobody out', async (t) => {
  for (const answer of [{ status: 503, code: 'UNAVAILABLE' }, { status: 500, code: 'INTERNAL_ERROR' }, { status: 401, body: 'proxy' }, undefined]) {
    const { url } = await stub(t, () => answer);
    const { latchkey, clock, tokenStore } = loggedIn(url);
    clock.ms += 4_000_000;
    await assert.rejects(latchkey.data.readEntry('a'), { name: 'LatchkeyError', status: answer?.status ?? 0 });
    assert.deepEqual(tokenStore.load()?.refreshToken, 'refresh1');
  }
});

test('a wrong password is no refused token', async (t) => {
  const { url, names } = await stub(t, () => ({ status: 401, code: 'INVALID_CREDENTIALS' }));
  const { latchkey } = loggedIn(url);
  await assert.rejects(latchkey.account.changePassword({ currentPassword: 'a', newPassword: 'b' }), { code: 'INVALID_CREDENTIALS' });
  assert.equal(names().length, 1);
  assert.equal(await latchkey.username(), 'alice');
});

test('who aborts does not wait for the refresh, and those who wait go on', async (t) => {
  const asked = gate();
  const answered = gate();
  const answer = server();
  const { url, names } = await stub(t, async (request) => {
    if (request.name === REFRESH) {
      asked.open();
      await answered.passed;
    }
    return answer(request);
  });
  const { latchkey, clock } = loggedIn(url);
  clock.ms += 4_000_000;
  const controller = new AbortController();
  const aborted = latchkey.data.readEntry('a', { signal: controller.signal });
  const other = latchkey.data.readEntry('a');
  await asked.passed;
  controller.abort();
  await assert.rejects(aborted, { name: 'AbortError' });
  answered.open();
  assert.equal((await other).data.value, 'b');
  assert.equal(names().length, 2);
});

test('who aborted before does not ask for a refresh', async (t) => {
  const { url } = await stub(t, server());
  const asked = [];
  const { latchkey } = loggedIn(url, {
    tokenStore: storeOf({ ...tokens(1), expiresAt: 0 }),
    fetch: (...call) => (asked.push(call), fetch(...call)),
  });
  await assert.rejects(latchkey.data.readEntry('a', { signal: AbortSignal.abort() }), { name: 'AbortError' });
  await new Promise(setImmediate);
  assert.equal(asked.length, 0);
});

test('a refresh that nobody waits for any more may fail', async (t) => {
  const asked = gate();
  const answered = gate();
  const { url } = await stub(t, async () => {
    asked.open();
    await answered.passed;
    return { status: 500, code: 'INTERNAL_ERROR' };
  });
  const { latchkey } = loggedIn(url, { tokenStore: storeOf({ ...tokens(1), expiresAt: 0 }) });
  const controller = new AbortController();
  const call = latchkey.data.readEntry('a', { signal: controller.signal });
  await asked.passed;
  controller.abort();
  await assert.rejects(call, { name: 'AbortError' });
  answered.open();
  await assert.rejects(latchkey.data.readEntry('a'), { code: 'INTERNAL_ERROR' });
});

test('a server that never answers holds nobody up forever', async (t) => {
  const { url } = await stub(t, server());
  const signals = new Map();
  const { latchkey, clock } = loggedIn(url, {
    fetch: (target, init) => {
      signals.set(new globalThis.URL(target).pathname, init.signal);
      return fetch(target, init);
    },
  });
  clock.ms += 4_000_000;
  await latchkey.data.readEntry('a');
  assert.ok(signals.get('/api/token/refresh') instanceof AbortSignal);
  assert.ok(signals.get('/api/data/a') instanceof AbortSignal);
});

test('a token that another tab got is used', async (t) => {
  const { url, names } = await stub(t, server());
  const tokenStore = storeOf(tokens(1));
  const one = loggedIn(url, { tokenStore });
  const other = loggedIn(url, { tokenStore });
  one.clock.ms += 4_000_000;
  other.clock.ms += 4_000_000;
  await one.latchkey.data.readEntry('a');
  await other.latchkey.data.readEntry('a');
  await one.latchkey.data.readEntry('a');
  assert.equal(names().filter((name) => name === REFRESH).length, 1);
});

test('a token that another tab got while this one asked is used', async (t) => {
  const tokenStore = storeOf(tokens(1));
  const state = { number: 1 };
  const answer = server(state);
  const { url, names } = await stub(t, (request) => {
    if (request.name === REFRESH && state.number === 1) {
      // The other tab was first, and the refresh token is not good for a second one.
      state.number = 2;
      tokenStore.save(tokens(2));
    }
    return answer(request);
  });
  const { latchkey } = loggedIn(url, { tokenStore: { ...tokenStore } });
  tokenStore.save({ ...tokens(1), expiresAt: 0 });
  assert.equal((await latchkey.data.readEntry('a')).data.value, 'b');
  assert.equal(await latchkey.username(), 'alice');
  assert.deepEqual(names(), [REFRESH, 'GET /api/data/a']);
});

test('tabs with a lock refresh one after the other, always with the newest token', async (t) => {
  const asked = gate();
  const answered = gate();
  const answer = server();
  const { url, names } = await stub(t, async (request) => {
    if (request.name === REFRESH) {
      asked.open();
      await answered.passed;
    }
    return answer(request);
  });
  let last = Promise.resolve();
  const exclusively = (work) => (last = last.then(work, work));
  const tokenStore = { ...storeOf({ ...tokens(1), expiresAt: 0 }), exclusively };
  const calls = [1, 2, 3].map(() => loggedIn(url, { tokenStore }).latchkey.data.readEntry('a'));
  await asked.passed;
  answered.open();
  await Promise.all(calls);
  assert.equal(names().filter((name) => name === REFRESH).length, 1);
});

test('a call is never made for somebody else who logged in meanwhile', async (t) => {
  const tokenStore = storeOf(tokens(1));
  const { url, requests } = await stub(t, () => {
    tokenStore.save(tokens(9, undefined, 'bob'));
    return { status: 401, code: 'INVALID_TOKEN' };
  });
  const { latchkey } = loggedIn(url, { tokenStore });
  const told = [];
  await latchkey.username();
  latchkey.onChange((username) => told.push(username));
  await assert.rejects(latchkey.data.createEntry({ key: 'secret', value: "alice's" }), { code: 'INVALID_TOKEN' });
  assert.equal(requests.length, 1);
  assert.deepEqual(told, ['bob']);
});

test('a call that waits for a refresh is never made for somebody else who logged in meanwhile', async (t) => {
  const { url, requests } = await stub(t, async ({ name }) => {
    if (name === 'POST /api/token') {
      return issued(9);
    }
    if (name === REFRESH) {
      await latchkey.logIn({ username: 'bob', password: 'b' });
      return issued(2);
    }
    return { status: 401, code: 'INVALID_TOKEN' };
  });
  const { latchkey, tokenStore } = loggedIn(url, { tokenStore: storeOf({ ...tokens(1), expiresAt: 0 }) });
  await assert.rejects(latchkey.data.createEntry({ key: 'secret', value: "alice's" }), { code: 'INVALID_TOKEN' });
  assert.ok(requests.every(({ headers }) => headers.authorization !== 'Bearer access9'));
  assert.equal(tokenStore.load().username, 'bob');
});

test('a refresh never replaces what a store of its own time keeps for a later log-in', async (t) => {
  const looked = gate();
  const go = gate();
  const kept = storeOf({ ...tokens(1), expiresAt: 0 });
  let isRefreshed = false;
  const tokenStore = {
    ...kept,
    load: async () => {
      const found = kept.load();
      if (isRefreshed) {
        isRefreshed = false;
        looked.open();
        await go.passed;
      }
      return found;
    },
  };
  const { url } = await stub(t, ({ name }) => {
    isRefreshed = name === REFRESH;
    return name === 'POST /api/token' ? issued(9) : name === REFRESH ? issued(2) : {};
  });
  const answered = gate();
  const { latchkey } = loggedIn(url, {
    tokenStore,
    fetch: async (target, init) => {
      const response = await fetch(target, init);
      const whole = new Response(await response.arrayBuffer(), response);
      if (target.endsWith('/api/token')) {
        answered.open();
      }
      return whole;
    },
  });
  const call = latchkey.data.deleteEntry('a');
  await looked.passed;
  const logIn = latchkey.logIn({ username: 'bob', password: 'b' });
  await answered.passed;
  await new Promise(setImmediate);
  go.open();
  await Promise.all([logIn, call.catch(() => {})]);
  assert.equal(kept.load().username, 'bob');
});

test('a log-out whose answer comes late ends no later log-in', async (t) => {
  for (const end of [
    (latchkey) => latchkey.logOut(),
    (latchkey) => latchkey.sessions.endAllSessions(),
    (latchkey) => latchkey.account.deleteAccount(),
  ]) {
    const { url } = await stub(t, async ({ name }) => {
      if (name === 'POST /api/token') {
        return issued(9);
      }
      await latchkey.logIn({ username: 'bob', password: 'b' });
      return {};
    });
    const { latchkey } = loggedIn(url);
    await end(latchkey);
    assert.equal(await latchkey.username(), 'bob');
  }
});

test('a refresh that takes too long is an error, of one kind', async (t) => {
  const { url } = await stub(t, () => new Promise(() => {}));
  const { latchkey } = loggedIn(url, { timeoutMs: 50, tokenStore: storeOf({ ...tokens(1), expiresAt: 0 }) });
  await assert.rejects(latchkey.data.readEntry('a'), {
    name: 'LatchkeyError', kind: 'TIMEOUT', status: 0, message: /^refreshToken \(POST .*\/api\/token\/refresh\): no answer within 0\.05 seconds\./,
  });
});

test('a log-out while the token is refreshed stays one', async (t) => {
  const tokenStore = storeOf({ ...tokens(1), expiresAt: 0 });
  const { url } = await stub(t, ({ name }) => {
    if (name === REFRESH) {
      tokenStore.clear();
      return issued(2);
    }
    return { status: 401, code: 'INVALID_TOKEN' };
  });
  await assert.rejects(loggedIn(url, { tokenStore }).latchkey.data.readEntry('a'), { code: 'INVALID_TOKEN' });
  assert.equal(tokenStore.load(), undefined);
});

test('a log-out forgets the tokens also if the server cannot be told', async (t) => {
  const { url } = await stub(t, () => ({ status: 500, code: 'INTERNAL_ERROR' }));
  const { latchkey, tokenStore } = loggedIn(url);
  await assert.rejects(latchkey.logOut(), { code: 'INTERNAL_ERROR' });
  assert.equal(tokenStore.load(), undefined);
});

test('a log-out of a session that has ended is one', async (t) => {
  const { url, names } = await stub(t, server({ number: 7 }));
  const { latchkey, tokenStore } = loggedIn(url);
  await latchkey.logOut();
  assert.equal(tokenStore.load(), undefined);
  await latchkey.logOut();
  assert.deepEqual(names(), ['DELETE /api/token', REFRESH]);
});

test('whoever asked is told who is logged in, once for each change', async (t) => {
  const { url } = await stub(t, ({ name }) => (name === 'POST /api/token' ? issued(1) : {}));
  const latchkey = new Latchkey(url);
  const told = [];
  const stop = latchkey.onChange((username) => told.push(username));
  latchkey.onChange(() => told.push('also'));
  await latchkey.logIn({ username: 'alice', password: 'a' });
  await latchkey.data.deleteEntry('a');
  await latchkey.account.deleteAccount();
  assert.deepEqual(told, ['alice', 'also', undefined, 'also']);
  stop();
  await latchkey.logIn({ username: 'bob', password: 'b' });
  assert.deepEqual(told, ['alice', 'also', undefined, 'also', 'also']);
});

test('the store is watched once, as long as somebody listens', () => {
  let watching = 0;
  const tokenStore = { ...storeOf(tokens(1)), watch: () => (watching++, () => watching--) };
  const latchkey = new Latchkey(URL, { tokenStore });
  const listener = () => {};
  const stops = [latchkey.onChange(listener), latchkey.onChange(listener)];
  assert.equal(watching, 1);
  stops[0]();
  assert.equal(watching, 1);
  stops[1]();
  stops[1]();
  assert.equal(watching, 0);
  latchkey.onChange(listener);
  assert.equal(watching, 1);
});

test('a query in an address would swallow the paths', () => {
  for (const address of [`${URL}/?a=b`, `${URL}#a`, new globalThis.URL(`${URL}?a`)]) {
    assert.throws(() => new Latchkey(address), { name: 'LatchkeyError' });
  }
});

test('a store that is broken breaks the call, and not the process', async () => {
  let changed;
  const load = async () => {
    throw new Error('Broken');
  };
  const latchkey = new Latchkey(URL, { tokenStore: { ...storeOf(), load, watch: (listener) => ((changed = listener), () => {}) } });
  latchkey.onChange(() => {});
  changed();
  await new Promise(setImmediate);
  await assert.rejects(latchkey.data.readEntry('a'), { message: 'The token store failed: Broken' });
});

test('nothing is sent without a token but what needs none', async (t) => {
  const { url, requests } = await stub(t, () => ({ body: { status: 'success', keys: [], data: {} } }));
  const { latchkey } = loggedIn(url);
  await latchkey.signingKeys.listSigningKeys();
  await latchkey.tokens.createToken({ username: 'a', password: 'b' });
  await latchkey.account.readAccount();
  assert.deepEqual(requests.map(({ headers }) => headers.authorization), [undefined, undefined, 'Bearer access1']);
});

test('an address may end with a slash, be a URL, and have a path', async (t) => {
  const { url, names } = await stub(t, () => ({ body: { status: 'success', keys: [] } }));
  for (const address of [`${url}/`, new globalThis.URL(url), `${url}/behind/a/proxy/`]) {
    await new Latchkey(address).signingKeys.listSigningKeys();
  }
  const path = '/.well-known/jwks.json';
  assert.deepEqual(names(), [`GET ${path}`, `GET ${path}`, `GET /behind/a/proxy${path}`]);
});

test('the real server refreshes before the token expires, for ten calls at once, and after it was refused', async () => {
  const clock = new TestClock();
  clock.ms = Date.now();
  const tokenStore = new MemoryTokenStore();
  const latchkey = await registered({ clock, tokenStore });
  await latchkey.data.createEntry({ key: 'a', value: 'b' });
  const first = tokenStore.load();

  clock.ms += 3_600_000;
  const answers = await Promise.all(Array.from({ length: 10 }, () => latchkey.data.readEntry('a')));
  assert.ok(answers.every(({ data }) => data.value === 'b'));
  const second = tokenStore.load();
  assert.notEqual(second.refreshToken, first.refreshToken);
  assert.equal((await latchkey.sessions.listSessions()).data.sessions.length, 1);

  tokenStore.save({ ...second, accessToken: 'nonsense' });
  assert.equal((await latchkey.data.readEntry('a')).data.value, 'b');
  assert.notEqual(tokenStore.load().refreshToken, second.refreshToken);
});

test('two tabs on the real server do not trip over each other', async () => {
  const clock = new TestClock();
  clock.ms = Date.now();
  const tokenStore = storeOf(undefined);
  const user = newUser();
  const one = new Latchkey(URL, { clock, tokenStore });
  await one.register(user);
  const other = new Latchkey(URL, { clock, tokenStore });
  await one.data.createEntry({ key: 'a', value: 'b' });
  for (let hour = 0; hour < 3; hour++) {
    clock.ms += 3_600_000;
    await Promise.all([one, other, one, other].map((tab) => tab.data.readEntry('a')));
  }
  await one.account.changePassword({ currentPassword: PASSWORD, newPassword: 'another_password456' });
  assert.equal((await other.data.readEntry('a')).data.value, 'b');
  await other.logOut();
  await assert.rejects(one.data.readEntry('a'), { code: 'INVALID_TOKEN' });
  assert.equal(await one.username(), undefined);
});
