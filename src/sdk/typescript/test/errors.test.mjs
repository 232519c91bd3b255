import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ErrorCode, Latchkey, LatchkeyError } from 'latchkey-client';
import { newName, newUser, PASSWORD, registered, URL } from './server.mjs';
import { loggedIn, problem, stub } from './stub.mjs';

const seen = new Set();
let alice;
let taken;

before(async () => {
  taken = newUser();
  alice = await new Latchkey(URL).register(taken);
  await alice.data.createEntry({ key: 'there', value: '' });
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
  ['INVALID_TOKEN', 401, () => new Latchkey(URL).data.readEntry('there')],
  ['INVALID_REFRESH_TOKEN', 401, () => alice.tokens.refreshToken({ refreshToken: 'nonsense' })],
  ['INVALID_KEY', 400, () => alice.data.createEntry({ key: '\u0001', value: '' }), ['key']],
  ['INVALID_VALUE', 400, () => alice.data.createEntry({ key: 'new' }), ['value']],
  ['KEY_EXISTS', 409, () => alice.data.createEntry({ key: 'there', value: '' })],
  ['KEY_NOT_FOUND', 404, () => alice.data.updateEntry('not there', { value: '' })],
  ['NOT_FOUND', 404, () => alice.sessions.endSession('none')],
  ['METHOD_NOT_ALLOWED', 405, () => alice.data.readEntry('there', { method: 'PATCH' })],
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
  ['REAUTHENTICATION_REQUIRED', 403],
  ['TOO_MANY_REQUESTS', 429],
  ['INTERNAL_ERROR', 500],
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
    name: 'LatchkeyError', status: 200, code: undefined, message: 'The answer is not JSON.',
  });
});

test('a success that says nothing is an error, of one kind', async (t) => {
  for (const body of ['null', '"success"', '7']) {
    const { url } = await stub(t, () => ({ body }));
    await assert.rejects(loggedIn(url).latchkey.data.readEntry('a'), { name: 'LatchkeyError', status: 200, code: undefined }, body);
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
    name: 'LatchkeyError', status: 200, code: undefined, message: 'The answer did not arrive whole.',
  });
});

test('an error that breaks off is one without a code', async (t) => {
  const { url } = await stub(t, () => ({ status: 409, code: 'KEY_EXISTS', isCutOff: true }));
  await assert.rejects(loggedIn(url).latchkey.data.createEntry({ key: 'a', value: '' }), { name: 'LatchkeyError', code: undefined });
});

test('a server that is not there is an error without a status', async () => {
  const { latchkey } = loggedIn('http://127.0.0.1:1');
  await assert.rejects(latchkey.data.createEntry({ key: 'a', value: '' }), (error) => {
    assert.ok(error instanceof LatchkeyError);
    assert.equal(error.status, 0);
    assert.equal(error.code, undefined);
    assert.ok(error.cause instanceof TypeError);
    return true;
  });
});
