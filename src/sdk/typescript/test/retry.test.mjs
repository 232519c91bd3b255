import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latchkey } from 'latchkey-client';
import { newUser } from './server.mjs';
import { gate, issued, loggedIn, onRealTime, stub, TestClock } from './stub.mjs';

const busy = (status, seconds = 2) => ({
  status,
  code: status === 429 ? 'TOO_MANY_REQUESTS' : 'UNAVAILABLE',
  headers: seconds === undefined ? {} : { 'Retry-After': String(seconds) },
});

/** Answers the first calls like this, the later ones with success. */
const first = (count, answer, later = {}) => (_, number) => (number <= count ? answer : later);

const CALLS = {
  'data.createEntry': (latchkey) => latchkey.data.createEntry({ key: 'a', value: '' }),
  'data.runBatch': (latchkey) => latchkey.data.runBatch({ operations: [{ op: 'delete', key: 'a' }] }),
  'data.changeExpiry': (latchkey) => latchkey.data.changeExpiry('a', { expiresIn: null }),
  'data.importEntries': (latchkey) => latchkey.data.importEntries('{"key":"a","value":""}\n', { mode: 'create' }),
  'data.listEntries': (latchkey) => latchkey.data.listEntries(),
  'data.readChanges': (latchkey) => latchkey.data.readChanges(),
  'data.readEntry': (latchkey) => latchkey.data.readEntry('a'),
  'data.updateEntry': (latchkey) => latchkey.data.updateEntry('a', { value: '' }),
  'data.deleteEntry': (latchkey) => latchkey.data.deleteEntry('a'),
  'account.updateAccount': (latchkey) => latchkey.account.updateAccount({ age: null }),
  'account.changePassword': (latchkey) => latchkey.account.changePassword({ currentPassword: 'a', newPassword: 'b' }),
  'account.deleteAccount': (latchkey) => latchkey.account.deleteAccount(),
  'account.exportAccount': (latchkey) => latchkey.account.exportAccount(),
  'sessions.endSession': (latchkey) => latchkey.sessions.endSession('a'),
  'tokens.createToken': (latchkey) => latchkey.tokens.createToken({ username: 'a', password: 'b' }),
  'tokens.refreshToken': (latchkey) => latchkey.tokens.refreshToken({ refreshToken: 'a' }),
  'emailLogIn.createTokenByEmail': (latchkey) => latchkey.emailLogIn.createTokenByEmail({ deviceToken: 'a', code: 'b' }),
  'emailLogIn.requestEmailLogIn': (latchkey) => latchkey.emailLogIn.requestEmailLogIn({ email: 'a' }),
  'email.requestEmailVerification': (latchkey) => latchkey.email.requestEmailVerification(),
  'email.confirmEmailVerification': (latchkey) => latchkey.email.confirmEmailVerification({ token: 'a' }),
  'passwordReset.requestPasswordReset': (latchkey) => latchkey.passwordReset.requestPasswordReset({ email: 'a' }),
  'passwordReset.confirmPasswordReset': (latchkey) => latchkey.passwordReset.confirmPasswordReset({ token: 'a', newPassword: 'b' }),
  'users.registerUser': (latchkey) => latchkey.users.registerUser(newUser()),
  'signingKeys.listSigningKeys': (latchkey) => latchkey.signingKeys.listSigningKeys(),
  'health.readReadiness': (latchkey) => latchkey.health.readReadiness(),
};
const NOT_AFTER_503 = ['health.readReadiness', 'data.importEntries', 'account.changePassword', 'account.deleteAccount'];
/** With an Idempotency-Key. */
const IDEMPOTENT = ['data.createEntry', 'data.updateEntry', 'data.deleteEntry', 'data.runBatch', 'data.changeExpiry', 'users.registerUser'];
const AFTER_A_LOST_CONNECTION = [...IDEMPOTENT, 'data.readEntry', 'data.listEntries', 'data.readChanges', 'account.exportAccount', 'signingKeys.listSigningKeys', 'tokens.refreshToken'];

/** No operation here looks into an answer of success. */
const EMPTY = { body: { status: 'success', keys: [], data: { account: {}, entries: [], results: [], failures: [], checks: [], changes: [] } } };

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name} is repeated after 429, in which nothing was done`, async (t) => {
    const { url, requests } = await stub(t, first(2, busy(429, 5), EMPTY));
    const { latchkey, clock } = loggedIn(url);
    await call(latchkey);
    assert.deepEqual(clock.waits, [5000, 5000]);
    assert.equal(requests.length, 3);
    assert.equal(requests[2].text, requests[0].text);
    const keys = new Set(requests.map(({ headers }) => headers['idempotency-key']));
    assert.equal(keys.size, 1, 'the same at each attempt');
    assert.equal(keys.has(undefined), !IDEMPOTENT.includes(name));
  });

  test(`${name} is ${NOT_AFTER_503.includes(name) ? 'not ' : ''}repeated after 503`, async (t) => {
    const { url, requests } = await stub(t, first(1, busy(503), EMPTY));
    const { latchkey, clock } = loggedIn(url);
    if (NOT_AFTER_503.includes(name)) {
      await assert.rejects(call(latchkey), { name: 'LatchkeyError', status: 503, code: 'UNAVAILABLE', retryAfter: 2 });
      assert.equal(requests.length, 1);
      assert.deepEqual(clock.waits, []);
    } else {
      await call(latchkey);
      assert.equal(requests.length, 2);
      assert.deepEqual(clock.waits, [2000]);
    }
  });

  test(`${name} is ${AFTER_A_LOST_CONNECTION.includes(name) ? '' : 'not '}repeated after a lost connection`, async (t) => {
    const { url, requests } = await stub(t, first(1, undefined, EMPTY));
    const { latchkey } = loggedIn(url);
    if (AFTER_A_LOST_CONNECTION.includes(name)) {
      await call(latchkey);
      assert.equal(requests.length, 2);
    } else {
      await assert.rejects(call(latchkey), { name: 'LatchkeyError', status: 0 });
      assert.equal(requests.length, 1);
    }
  });
}

test('a lost connection is tried again once', async (t) => {
  const { url, requests } = await stub(t, () => undefined);
  await assert.rejects(loggedIn(url).latchkey.data.readEntry('a'), { name: 'LatchkeyError', status: 0 });
  assert.equal(requests.length, 2);
});

test('it gives up after so many attempts', async (t) => {
  for (const maxRetries of [undefined, 5, 0]) {
    const { url, requests } = await stub(t, () => busy(503, 1));
    const { latchkey, clock } = loggedIn(url, maxRetries === undefined ? {} : { maxRetries });
    await assert.rejects(latchkey.data.readEntry('a'), { status: 503 });
    assert.equal(requests.length, 1 + (maxRetries ?? 3));
    assert.equal(clock.waits.length, maxRetries ?? 3);
  }
});

test('it waits so long in all, and never begins a wait that is longer', async (t) => {
  const { url, requests } = await stub(t, () => busy(429, 20));
  const { latchkey, clock } = loggedIn(url);
  await assert.rejects(latchkey.data.readEntry('a'), { status: 429, retryAfter: 20 });
  assert.deepEqual(clock.waits, [20_000]);
  assert.equal(requests.length, 2);

  const patient = loggedIn(url, { maxWaitMs: 40_000 });
  await assert.rejects(patient.latchkey.data.readEntry('a'), { status: 429 });
  assert.deepEqual(patient.clock.waits, [20_000, 20_000]);

  const impatient = loggedIn(url, { maxWaitMs: 19_999 });
  await assert.rejects(impatient.latchkey.data.readEntry('a'), { status: 429 });
  assert.deepEqual(impatient.clock.waits, []);
});

test('a proxy may give a date, or nothing usable', async (t) => {
  const clock = new TestClock();
  for (const [given, waits] of [
    [new Date(clock.now() + 3000).toUTCString(), [3000]],
    [new Date(0).toUTCString(), [0]],
    ['soon', [1000]],
    ['-5', [1000]],
    ['1.5', [1000]],
    ['9'.repeat(400), [1000]],
    [undefined, [1000]],
  ]) {
    const { url } = await stub(t, first(1, { status: 503, body: 'busy', headers: given === undefined ? {} : { 'Retry-After': given } }, EMPTY));
    const client = loggedIn(url);
    await client.latchkey.data.readEntry('a');
    assert.deepEqual(client.clock.waits, waits, given);
  }
});

test('what is gone after a 503 was deleted', async (t) => {
  const { url } = await stub(t, first(1, busy(503), { status: 404, code: 'NOT_FOUND' }));
  assert.equal((await CALLS['sessions.endSession'](loggedIn(url).latchkey)).status, 'success');
});

test('what is not there is not, without a 503 before, or for another call', async (t) => {
  const absent = { status: 404, code: 'KEY_NOT_FOUND' };
  const { url } = await stub(t, () => absent);
  await assert.rejects(CALLS['data.deleteEntry'](loggedIn(url).latchkey), absent);

  const limited = await stub(t, first(1, busy(429), absent));
  await assert.rejects(CALLS['data.deleteEntry'](loggedIn(limited.url).latchkey), absent);

  // The server would have answered again that it is deleted.
  const idempotent = await stub(t, first(1, busy(503), absent));
  await assert.rejects(CALLS['data.deleteEntry'](loggedIn(idempotent.url).latchkey), absent);

  const unavailable = await stub(t, first(1, busy(503), absent));
  await assert.rejects(CALLS['data.updateEntry'](loggedIn(unavailable.url).latchkey), absent);

  const other = await stub(t, first(1, busy(503), { status: 404, body: 'no such page' }));
  await assert.rejects(CALLS['data.deleteEntry'](loggedIn(other.url).latchkey), { status: 404, code: undefined });
});

test('other statuses are not repeated', async (t) => {
  for (const status of [400, 404, 409, 500, 502, 504]) {
    const { url, requests } = await stub(t, () => ({ status, body: '', headers: { 'Retry-After': '1' } }));
    await assert.rejects(loggedIn(url).latchkey.data.readEntry('a'), { status });
    assert.equal(requests.length, 1);
  }
});

test('a log-in waits as well', async (t) => {
  const { url, requests } = await stub(t, first(1, busy(429), issued(1)));
  const clock = new TestClock();
  const latchkey = await new Latchkey(url, { clock }).logIn({ username: 'alice', password: 'b' });
  assert.equal(await latchkey.username(), 'alice');
  assert.deepEqual(requests[1].body, { username: 'alice', password: 'b', refresh: true });
});

test('who aborts a call that waits need not wait', { timeout: 60_000 }, async (t) => {
  const asked = gate();
  const { url, requests } = await stub(t, () => (asked.open(), busy(429, 3600)));
  const latchkey = onRealTime(url, { maxWaitMs: 3_600_000 });
  const controller = new AbortController();
  const call = latchkey.data.readEntry('a', { signal: controller.signal });
  await asked.passed;
  setTimeout(() => controller.abort(), 100);
  await assert.rejects(call, { name: 'AbortError' });
  assert.equal(requests.length, 1);
});

test('a server that does not answer in time is not waited for', { timeout: 60_000 }, async (t) => {
  const { url, requests } = await stub(t, () => new Promise(() => {}));
  const { latchkey } = loggedIn(url, { timeoutMs: 50 });
  await assert.rejects(latchkey.data.readEntry('a'), ({ name, status, cause }) => {
    assert.deepEqual([name, status, cause.name], ['LatchkeyError', 0, 'TimeoutError']);
    return true;
  });
  assert.equal(requests.length, 1);
});

test('a header of the caller goes beside those of the operation', async (t) => {
  const { url, requests } = await stub(t, () => EMPTY);
  const { latchkey } = loggedIn(url);
  const add = async ({ init }) => ({ headers: { ...init.headers, 'X-Request-Id': 'mine' } });
  await latchkey.data.createEntry({ key: 'a', value: '' }, add);
  const { headers } = requests[0];
  assert.deepEqual([headers['x-request-id'], headers['content-type'], headers.authorization], ['mine', 'application/json', 'Bearer access1']);
});

test('who aborts as the answer comes does not begin to wait', { timeout: 60_000 }, async (t) => {
  const { url } = await stub(t, () => busy(429, 3600));
  const controller = new AbortController();
  const response = await fetch(url);
  const options = { maxWaitMs: 3_600_000, fetch: async () => (controller.abort(), response) };
  await assert.rejects(onRealTime(url, options).data.readEntry('a', { signal: controller.signal }), { name: 'AbortError' });
});

test('a call that waits goes on', async (t) => {
  const { url, requests } = await stub(t, first(1, busy(429, 1), EMPTY));
  await onRealTime(url).data.readEntry('a');
  assert.equal(requests.length, 2);
});

test('who aborts a call gets the reason that was given', async (t) => {
  const asked = gate();
  const { url } = await stub(t, () => new Promise(() => asked.open()));
  const controller = new AbortController();
  const reason = new Error('The user left.');
  const call = loggedIn(url).latchkey.data.readEntry('a', { signal: controller.signal });
  await asked.passed;
  controller.abort(reason);
  await assert.rejects(call, reason);

  const late = loggedIn(url).latchkey.data.readEntry('a', { signal: AbortSignal.abort(reason) });
  await assert.rejects(late, reason);
});

test('who aborts while the body comes gets the reason, too', async (t) => {
  const { url } = await stub(t, () => EMPTY);
  const controller = new AbortController();
  const reading = gate();
  const half = (response) =>
    new Response(
      new ReadableStream({
        pull: (stream) => {
          reading.open();
          controller.signal.addEventListener('abort', () => stream.error(controller.signal.reason));
          return new Promise(() => {});
        },
      }, { highWaterMark: 0 }),
      response,
    );
  const { latchkey } = loggedIn(url, { fetch: async (...call) => half(await fetch(...call)) });
  const call = latchkey.data.readEntry('a', { signal: controller.signal });
  await reading.passed;
  controller.abort();
  await assert.rejects(call, { name: 'AbortError' });
});
