import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latchkey } from 'latchkey-client';
import { newUser, PASSWORD, registered, URL } from './server.mjs';

const APIS = ['data', 'account', 'sessions', 'tokens', 'users', 'signingKeys', 'email', 'passwordReset', 'emailLogIn'];

/** The operations of a client, as `data.readEntry`. */
function operations(latchkey) {
  return APIS.flatMap((api) =>
    Object.keys(latchkey[api]).map((name) => `${api}.${name}`),
  );
}

/** Notes which operations the client is asked for, also by itself. */
function recorded(latchkey, called) {
  for (const operation of operations(latchkey)) {
    const [api, name] = operation.split('.');
    const original = latchkey[api][name];
    latchkey[api][name] = function (...parameters) {
      called.add(operation);
      return original.apply(this, parameters);
    };
  }
  return latchkey;
}

test('every operation does what it says', async () => {
  const called = new Set();
  const user = newUser();
  const latchkey = recorded(new Latchkey(URL), called);

  const { password, ...registered } = await latchkey.register(user).then(({ userId, ...rest }) => ({ ...rest, password: userId && user.password }));
  assert.deepEqual({ ...registered, password }, user);
  assert.equal(await latchkey.username(), user.username);

  assert.deepEqual(await latchkey.data.createEntry({ key: 'greeting', value: 'Hello, world!' }), {
    status: 'success',
    message: 'Data stored successfully.',
    etag: '"1"',
  });
  assert.deepEqual((await latchkey.data.readEntry('greeting')).data, { key: 'greeting', value: 'Hello, world!' });
  assert.deepEqual(await latchkey.data.updateEntry('greeting', { value: '' }), {
    status: 'success',
    message: 'Data updated successfully.',
    etag: '"2"',
    created: false,
  });
  await latchkey.data.changeExpiry('greeting', { expiresIn: 3600 });
  assert.equal((await latchkey.data.listEntries({ prefix: 'greet' })).data.entries.length, 1);
  await latchkey.data.runBatch({ operations: [{ op: 'put', key: 'greeting', value: '' }] });
  assert.equal((await latchkey.data.readEntry('greeting')).data.value, '');

  await latchkey.data.set('short', 'way');
  assert.equal(await latchkey.data.get('short'), 'way');
  for await (const { key } of latchkey.data.list({ prefix: 'sh' })) {
    assert.equal(key, 'short');
  }
  await latchkey.data.batch([{ op: 'check', key: 'short' }]);
  assert.equal((await latchkey.data.import([{ key: 'short', value: 'way' }], { mode: 'skip' })).skipped, 1);
  assert.equal((await latchkey.data.importEntries('{"key":"short","value":"way"}', { mode: 'replace' })).data.replaced, 1);
  assert.equal(await latchkey.data.delete('short'), true);

  const { changes, revision, more } = (await latchkey.data.readChanges({ since: 2 })).data;
  assert.deepEqual(changes.map(({ type, key }) => `${type} ${key}`), ['put greeting', 'delete short']);
  assert.deepEqual([revision, more], [changes[1].revision, false]);
  const followed = latchkey.data.changes({ since: 2, positions: true });
  assert.deepEqual([await followed.next(), await followed.next(), await followed.next()].map(({ value }) => value), [...changes, { type: 'position', revision }]);
  await followed.return();
  const mirror = latchkey.data.mirror({ prefix: 'gr' });
  await mirror.ready;
  assert.equal((await mirror.get('greeting')).value, '');
  await mirror.close();

  const account = (await latchkey.account.readAccount()).data;
  assert.equal(account.fullName, 'Alice Doe');
  assert.equal(account.age, 30);
  assert.ok(account.createdAt instanceof Date && Math.abs(account.createdAt.getTime() - Date.now()) < 600_000);
  const changed = (await latchkey.account.updateAccount({ fullName: 'Alice Roe' })).data;
  assert.equal(changed.fullName, 'Alice Roe');
  assert.equal(changed.age, 30);
  assert.equal((await latchkey.account.updateAccount({ age: null })).data.age, undefined);
  assert.equal((await latchkey.account.readAccount()).data.fullName, 'Alice Roe');

  const exported = (await latchkey.account.exportAccount()).data;
  assert.equal(exported.account.username, user.username);
  assert.deepEqual(exported.entries.map(({ key, value }) => ({ key, value })), [{ key: 'greeting', value: '' }]);
  assert.ok(exported.entries[0].createdAt instanceof Date);

  await latchkey.account.changePassword({ currentPassword: PASSWORD, newPassword: 'another_password456' });
  const elsewhere = await new Latchkey(URL).logIn({ username: user.username, password: 'another_password456' });
  const sessions = (await latchkey.sessions.listSessions()).data.sessions;
  assert.equal(sessions.length, 2);
  await latchkey.sessions.endSession(sessions.find((session) => !session.current).sessionId);
  await assert.rejects(elsewhere.data.readEntry('greeting'), { code: 'INVALID_REFRESH_TOKEN' });
  assert.equal(await elsewhere.username(), undefined);

  const keys = (await latchkey.signingKeys.listSigningKeys()).keys;
  assert.equal(keys[0].alg, 'ES256');

  assert.equal((await latchkey.health.readLiveness()).status, 'success');
  assert.equal((await latchkey.health.readReadiness()).status, 'success');

  // This server sends no mail: mail.test.mjs has the rest.
  for (const call of [
    () => latchkey.email.requestEmailVerification(),
    () => latchkey.email.requestVerification(),
    () => latchkey.email.confirmEmailVerification({ token: 'a' }),
    () => latchkey.email.confirm({ token: 'a' }),
    () => latchkey.passwordReset.requestPasswordReset({ email: user.email }),
    () => latchkey.passwordReset.request(user.email),
    () => latchkey.passwordReset.confirmPasswordReset({ token: 'a', newPassword: PASSWORD }),
    () => latchkey.passwordReset.confirm({ token: 'a', newPassword: PASSWORD }),
    () => latchkey.emailLogIn.requestEmailLogIn({ email: user.email }),
    () => latchkey.emailLogIn.request(user.email),
    () => latchkey.emailLogIn.createTokenByEmail({ deviceToken: 'a', code: 'b' }),
    () => latchkey.emailLogIn.confirm({ code: 'b' }, { pending: { email: user.email, deviceToken: 'a', expiresIn: 1 } }),
  ]) {
    await assert.rejects(call(), { status: 404, code: 'NOT_FOUND' }, `${call}`);
  }

  await latchkey.data.deleteEntry('greeting');
  await assert.rejects(latchkey.data.readEntry('greeting'), { code: 'KEY_NOT_FOUND' });

  const issued = (await latchkey.tokens.createToken({ ...user, password: 'another_password456', refresh: true })).data;
  const renewed = (await latchkey.tokens.refreshToken({ refreshToken: issued.refreshToken })).data;
  assert.notEqual(renewed.refreshToken, issued.refreshToken);

  await latchkey.logOut();
  assert.equal(await latchkey.username(), undefined);
  await latchkey.logIn({ username: user.username, password: 'another_password456' });
  await latchkey.sessions.endAllSessions();
  assert.equal(await latchkey.username(), undefined);
  await latchkey.logIn({ username: user.username, password: 'another_password456' });
  await latchkey.account.deleteAccount();
  assert.equal(await latchkey.username(), undefined);
  await assert.rejects(latchkey.logIn({ username: user.username, password: 'another_password456' }), {
    code: 'INVALID_CREDENTIALS',
  });

  assert.deepEqual([...called].sort(), operations(latchkey).sort());
});

test('what is exported is what is meant for users, and can be used', async () => {
  const exported = await import('latchkey-client');
  assert.deepEqual(Object.keys(exported).sort(), [
    'ChangeStreamEndReason', 'ChangeType', 'ErrorCode', 'ErrorKind', 'ImportMode', 'Latchkey', 'LatchkeyError', 'MemoryTokenStore', 'Success', 'WebStorageTokenStore',
    'indexedDbStore', 'memoryStore',
  ]);
  assert.deepEqual(Object.keys(await import('latchkey-client/node')), ['FileTokenStore']);
  const names = operations(new Latchkey(URL));
  assert.ok(names.length > 10);
  assert.deepEqual(names.filter((name) => /Raw|RequestOpts|iddleware/.test(name)), []);
});

test('a log-out ends the session on the server', async () => {
  const kept = { load: () => kept.tokens, save: (tokens) => void (kept.tokens = tokens), clear: () => {} };
  const latchkey = await registered({ tokenStore: kept });

  await latchkey.logOut();

  await assert.rejects(latchkey.tokens.refreshToken({ refreshToken: kept.tokens.refreshToken }), {
    code: 'INVALID_REFRESH_TOKEN',
  });
});
