import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { ErrorCode, Latchkey, LatchkeyError } from 'latchkey-client';
import { newName, newUser, PASSWORD, registered, URL } from './server.mjs';
import { issued, loggedIn, problem, storeOf, stub, tokens } from './stub.mjs';

const seen = new Set();
let alice;
let taken;

before(async () => {
  taken = newUser();
  alice = new Latchkey(URL);
  await alice.register(taken);
  await alice.data.createEntry({ key: 'there', value: '' }, { idempotencyKey: '"of-the-first-entry"' });
});

/** Other headers, beside those that the operation has. */
const withHeaders = (headers) => async ({ init }) => ({ headers: { ...init.headers, ...headers } });

const register = (changes) => new Latchkey(URL).users.registerUser({ ...newUser(), ...changes });

const PROVOKED = [
  ['INVALID_REQUEST', 400, () => register({ email: 'nowhere', fullName: undefined }), ['email', 'fullName']],
  ['INVALID_PASSWORD', 400, () => register({ password: 'password' }), ['password']],
  ['INVALID_AGE', 400, () => register({ age: 0 }), ['age']],
  ['INVALID_AGE', 400, () => alice.account.updateAccount({ age: 1.5 }), ['age']],
  ['GENDER_REQUIRED', 400, () => register({ gender: undefined }), ['gender']],
  ['USERNAME_EXISTS', 409, () => register({ username: taken.username.toUpperCase() })],
  ['EMAIL_EXISTS', 409, () => register({ email: taken.email })],
  ['MISSING_FIELDS', 400, () => new Latchkey(URL).logIn({ username: taken.username, password: '' }), ['password']],
  ['INVALID_CREDENTIALS', 401, () => new Latchkey(URL).logIn({ username: newName(), password: PASSWORD })],
  ['INVALID_CREDENTIALS', 401, () => alice.account.changePassword({ currentPassword: 'wrong', newPassword: 'another_password456' })],
  ['INVALID_REQUEST', 400, () => alice.account.changePassword({ newPassword: 'another_password456' }), ['currentPassword']],
  ['INVALID_TOKEN', 401, () => alice.data.readEntry('there', withHeaders({ Authorization: 'Bearer nonsense' }))],
  ['INVALID_REFRESH_TOKEN', 401, () => alice.tokens.refreshToken({ refreshToken: 'nonsense' })],
  ['INVALID_KEY', 400, () => alice.data.createEntry({ key: '\u0001', value: '' }), ['key']],
  ['INVALID_VALUE', 400, () => alice.data.createEntry({ key: 'new' }), ['value']],
  ['KEY_EXISTS', 409, () => alice.data.createEntry({ key: 'there', value: '' })],
  ['KEY_NOT_FOUND', 404, () => alice.data.updateEntry('not there', { value: '' })],
  ['PRECONDITION_FAILED', 412, () => alice.data.updateEntry('there', { value: '' }, { ifMatch: '"0"' })],
  ['CHANGES_GONE', 410, () => alice.data.readChanges({ since: 1_000_000 })],
  ['IDEMPOTENCY_KEY_REUSED', 422, () => alice.data.deleteEntry('there', { idempotencyKey: 'of-the-first-entry' })],
  ['NOT_FOUND', 404, () => alice.sessions.endSession('none')],
  ['METHOD_NOT_ALLOWED', 405, () => alice.data.readEntry('there', { method: 'POST' })],
  ['NOT_ACCEPTABLE', 406, () => alice.data.readEntry('there', withHeaders({ Accept: 'text/html' }))],
  ['PAYLOAD_TOO_LARGE', 413, () => alice.account.updateAccount({ fullName: 'a'.repeat(100_000) })],
  ['UNSUPPORTED_MEDIA_TYPE', 415, () => alice.data.createEntry({ key: 'new', value: '' }, withHeaders({ 'Content-Type': 'application/x+json' }))],
];

for (const [code, status, call, fields] of PROVOKED) {
  test(`the server answers ${status} ${code} to: ${call}`, async () => {
    const error = await call().then(assert.fail, (thrown) => thrown);
    assert.ok(error instanceof LatchkeyError, error.stack);
    assert.equal(`${error.status} ${error.code}`, `${status} ${code}`);
    assert.match(error.message, /^[A-Z].*\.$/);
    assert.match(error.requestId, /^[\w.-]+$/);
    assert.equal(error.retryAfter, undefined);
    if (fields) {
      assert.deepEqual([...new Set(error.errors.map(({ field }) => field))].sort(), fields);
    }
    assert.ok(error.errors.every(({ message }) => message !== ''));
    seen.add(code);
  });
}

for (const [code, status] of [
  ['INVALID_CODE', 400],
  ['EMAIL_NOT_VERIFIED', 403],
  ['REAUTHENTICATION_REQUIRED', 403],
  ['QUOTA_EXCEEDED', 403],
  ['TOO_MANY_REQUESTS', 429],
  ['INTERNAL_ERROR', 500],
  ['NOT_READY', 503],
  ['UNAVAILABLE', 503],
]) {
  test(`${status} ${code} is a typed error as well`, async (t) => {
    const { url } = await stub(t, () => ({ status, code, headers: { 'Retry-After': '7' } }));
    const { latchkey } = loggedIn(url, { maxRetries: 0 });
    await assert.rejects(latchkey.account.deleteAccount(), {
      name: 'LatchkeyError', status, code, message: `Sorry: ${code}.`, errors: [], requestId: 'r1', retryAfter: 7,
    });
    seen.add(code);
  });
}

after(() => assert.deepEqual([...seen].sort(), Object.values(ErrorCode).sort()));

test('codes and members of a later version break nothing', async (t) => {
  const { url } = await stub(t, ({ method }) =>
    method === 'GET'
      ? { body: { status: 'success', data: { key: 'a', value: 'b', etag: 'c' }, more: {} }, headers: { 'X-New': '1' } }
      : { status: 418, body: problem('TEAPOT', { errors: [{ field: 'new_thing', message: 'is odd', more: 1 }], more: [] }) },
  );
  const { latchkey } = loggedIn(url);
  assert.deepEqual((await latchkey.data.readEntry('a')).data, { key: 'a', value: 'b' });
  await assert.rejects(latchkey.data.deleteEntry('a'), {
    name: 'LatchkeyError', status: 418, code: 'TEAPOT', errors: [{ field: 'newThing', message: 'is odd' }],
  });
});

test('a proxy that answers with a page is an error without a code', async (t) => {
  for (const body of ['<html>Bad gateway</html>', '', '"text"', 'null', '[]', '{"code":"INTERNAL_ERROR"}', '{"status":"error","code":"X","message":"x","errors":7}']) {
    const { url } = await stub(t, () => ({ status: 502, body, headers: { 'Content-Type': 'text/html', 'X-Request-Id': 'p1' } }));
    await assert.rejects(loggedIn(url).latchkey.data.readEntry('a'), { name: 'LatchkeyError', status: 502, requestId: 'p1' }, body);
  }
});

test('a success that is not JSON is an error, of one kind', async (t) => {
  const { url } = await stub(t, () => ({ body: '<html>Please log in to this Wi-Fi</html>' }));
  await assert.rejects(loggedIn(url).latchkey.data.readEntry('a'), {
    name: 'LatchkeyError', status: 200, code: undefined, kind: 'UNUSABLE_ANSWER',
    message: `readEntry (GET ${url}/api/data/{key}): the answer (status 200) is not one of a Latchkey server. Is the address right?`,
  });
});

test('a success that says nothing is an error, of one kind', async (t) => {
  for (const body of ['null', '"success"', '7', '{}', '{"status":"success"}', '{"data":null}']) {
    const { url } = await stub(t, () => ({ body }));
    await assert.rejects(loggedIn(url).latchkey.data.readEntry('a'), { name: 'LatchkeyError', kind: 'UNUSABLE_ANSWER', status: 200, code: undefined }, body);
  }
  for (const body of ['{"data":{}}', '{"data":{"sessions":7}}', '{"data":{"sessions":{}}}', '{"data":{"sessions":[1,{"created_at":{}}]}', '{"data":[]}']) {
    const { url } = await stub(t, () => ({ body }));
    await assert.rejects(loggedIn(url).latchkey.sessions.listSessions(), { name: 'LatchkeyError', kind: 'UNUSABLE_ANSWER', status: 200 }, body);
  }
  for (const body of ['{}', '[]', '{"data":{}}', '{"data":{"access_token":7,"expires_in":60}}', 'null']) {
    const { url } = await stub(t, () => ({ body }));
    const latchkey = new Latchkey(url);
    await assert.rejects(latchkey.logIn({ username: 'alice', password: 'b' }), { name: 'LatchkeyError' }, body);
    assert.equal(await latchkey.username(), undefined);
  }
});

test('a redirect is not followed: it would take passwords with it', async (t) => {
  const elsewhere = await stub(t, () => ({}));
  for (const status of [301, 302, 303, 307, 308]) {
    const { url } = await stub(t, () => ({ status, headers: { Location: elsewhere.url } }));
    const { latchkey } = loggedIn(url);
    await assert.rejects(latchkey.logIn({ username: 'alice', password: 'secret' }), { name: 'LatchkeyError', status });
    await assert.rejects(latchkey.data.readEntry('a'), { name: 'LatchkeyError', status });
  }
  assert.deepEqual(elsewhere.requests, []);
});

test('an answer that breaks off is an error, of one kind', async (t) => {
  const { url } = await stub(t, () => ({ isCutOff: true }));
  await assert.rejects(loggedIn(url).latchkey.data.readEntry('a'), {
    name: 'LatchkeyError', status: 200, code: undefined, kind: 'NO_ANSWER', message: /^readEntry \(GET .*\): the answer \(status 200\) did not arrive whole \(.*\)\.$/,
  });
});

test('an error that breaks off is one without a code', async (t) => {
  const { url } = await stub(t, () => ({ status: 409, code: 'KEY_EXISTS', isCutOff: true }));
  await assert.rejects(loggedIn(url).latchkey.data.createEntry({ key: 'a', value: '' }), { name: 'LatchkeyError', code: undefined });
});

test('a server that is not there is an error without a status', async () => {
  const unused = createServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  const url = `http://127.0.0.1:${unused.address().port}`;
  await new Promise((closed) => unused.close(closed));
  const { latchkey } = loggedIn(url);
  await assert.rejects(latchkey.data.createEntry({ key: 'a', value: '' }), (error) => {
    assert.ok(error instanceof LatchkeyError);
    assert.equal(error.status, 0);
    assert.equal(error.code, undefined);
    assert.equal(error.kind, 'NO_ANSWER');
    assert.ok(error.cause instanceof TypeError);
    assert.match(error.message, /^createEntry \(POST http:\/\/127\.0\.0\.1:\d+\/api\/data\): no answer \(.*ECONNREFUSED.*\)\.$/);
    return true;
  });
});

test('a timeout says of what, and that a write may have been done', { timeout: 60_000 }, async (t) => {
  const { url } = await stub(t, () => new Promise(() => {}));
  const { latchkey } = loggedIn(url, { timeoutMs: 50 });
  const maybe = ' It may have been done all the same.';
  for (const [call, label, warning] of [
    [() => latchkey.data.createEntry({ key: 'secret', value: '' }), 'createEntry (POST {}/api/data)', maybe],
    [() => latchkey.data.updateEntry('secret', { value: '' }), 'updateEntry (PUT {}/api/data/{key})', maybe],
    [() => latchkey.data.deleteEntry('secret'), 'deleteEntry (DELETE {}/api/data/{key})', maybe],
    [() => latchkey.account.updateAccount({ age: null }), 'updateAccount (PATCH {}/api/me)', maybe],
    [() => latchkey.users.registerUser(newUser()), 'registerUser (POST {}/api/register)', maybe],
    [() => latchkey.data.readEntry('secret'), 'readEntry (GET {}/api/data/{key})', ''],
    [() => latchkey.signingKeys.listSigningKeys(), 'listSigningKeys (GET {}/.well-known/jwks.json)', ''],
  ]) {
    await assert.rejects(call, {
      name: 'LatchkeyError', kind: 'TIMEOUT', status: 0, message: `${label.replace('{}', url)}: no answer within 0.05 seconds.${warning}`,
    });
  }
});

test('a lost answer to a write says that it may have been done', async (t) => {
  const { url } = await stub(t, () => undefined);
  const { latchkey } = loggedIn(url);
  for (const call of [
    () => latchkey.data.createEntry({ key: 'a', value: '' }),
    () => latchkey.data.updateEntry('a', { value: '' }),
    () => latchkey.data.deleteEntry('a'),
    () => latchkey.account.updateAccount({}),
    () => latchkey.users.registerUser(newUser()),
  ]) {
    await assert.rejects(call, { kind: 'NO_ANSWER', message: /: no answer \(.+\)\. It may have been done all the same\.$/ });
  }
  await assert.rejects(latchkey.data.readEntry('a'), { kind: 'NO_ANSWER', message: /: no answer \(.+\)\.$/ });
});

test('nobody is logged in', async (t) => {
  const { url, requests } = await stub(t, () => ({}));
  const latchkey = new Latchkey(url);
  for (const call of [
    () => latchkey.data.readEntry('a'),
    () => latchkey.data.createEntry({ key: 'a', value: '' }),
    () => latchkey.account.readAccount(),
    () => latchkey.account.deleteAccount(),
    () => latchkey.sessions.listSessions(),
    () => latchkey.tokens.logOut(),
  ]) {
    await assert.rejects(call, {
      name: 'LatchkeyError', kind: 'NOT_LOGGED_IN', status: 401, code: 'INVALID_TOKEN', message: 'You are not logged in: call logIn first.',
    });
  }
  assert.deepEqual(requests, []);
});

test('an address is one', async () => {
  const { none, good } = JSON.parse(await readFile(process.env.LATCHKEY_ADDRESSES, 'utf8'));
  assert.ok(none.length > 20);
  for (const address of [...none, undefined, null, 3340]) {
    assert.throws(() => new Latchkey(address), (error) => {
      assert.ok(error instanceof LatchkeyError, address);
      assert.match(error.message, /^".*" is no address of a server\. It has to be one such as http:\/\/localhost:3000$/);
      return error.kind === 'CLIENT_FAILURE';
    }, address);
  }
  for (const address of good) {
    new Latchkey(address);
  }
});

test('what cannot be sent is an error, of one kind', async (t) => {
  const { url, requests } = await stub(t, () => ({}));
  const { latchkey } = loggedIn(url);
  const loop = {};
  loop.loop = loop;
  for (const call of [
    () => latchkey.data.readEntry(undefined),
    () => latchkey.data.readEntry(null),
    () => latchkey.data.readEntry(''),
    () => latchkey.data.readEntry('half a character \ud83d'),
    () => latchkey.data.readEntry({ toString: () => { throw new Error('of the key'); } }),
    () => latchkey.data.createEntry({ key: 'a', value: 1n }),
    () => latchkey.data.createEntry({ key: 'a', value: loop }),
    () => latchkey.data.readEntry('a', { headers: { 'bad name': '' } }),
    () => latchkey.data.readEntry('a', () => { throw new Error('of the caller'); }),
  ]) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof LatchkeyError, error.stack);
      return error.kind === 'CLIENT_FAILURE';
    }, String(call));
  }
  assert.deepEqual(requests, []);
});

test('a store that fails is an error, of one kind', async (t) => {
  const { url } = await stub(t, ({ name }) => (name === 'POST /api/token' ? issued(1) : {}));
  const full = new DOMException('The quota has been exceeded.', 'QuotaExceededError');
  const fails = () => { throw full; };
  const failure = { name: 'LatchkeyError', kind: 'CLIENT_FAILURE', cause: full, message: 'The token store failed: The quota has been exceeded.' };
  await assert.rejects(new Latchkey(url, { tokenStore: { ...storeOf(), save: fails } }).logIn({ username: 'a', password: 'b' }), failure);
  await assert.rejects(new Latchkey(url, { tokenStore: { ...storeOf(), load: fails } }).username(), failure);
  await assert.rejects(loggedIn(url, { tokenStore: { ...storeOf(tokens(1)), clear: fails } }).latchkey.logOut(), failure);
  await assert.rejects(loggedIn(url, { tokenStore: { ...storeOf({ ...tokens(1), expiresAt: 0 }), exclusively: fails } }).latchkey.data.readEntry('a'), failure);
});
