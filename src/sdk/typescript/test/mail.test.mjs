import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latchkey } from 'latchkey-client';
import { issued, loggedIn, stub } from './stub.mjs';

const device = (token) => ({ body: { status: 'success', message: 'On its way.', data: { device_token: token, expires_in: 900 } } });
const DEVICE = device('device1');
const noLongerGood = { name: 'LatchkeyError', kind: 'REFUSED', status: 400, code: 'INVALID_CODE' };

const sent = ({ name, headers, body }) => [name, headers.authorization, body];

test('a lost password is reset by a link or a code, and a log-in there is has nothing to do with it', async (t) => {
  const { url, requests } = await stub(t, ({ body }) => (body.code === 'OLD' ? { status: 400, code: 'INVALID_CODE' } : {}));
  const { latchkey } = loggedIn(url);

  assert.equal(await latchkey.passwordReset.request('alice@example.com'), undefined);
  assert.equal(await latchkey.passwordReset.confirm({ token: 'token1', newPassword: 'new' }), undefined);
  await latchkey.passwordReset.confirm({ email: 'alice@example.com', code: '7kmp3wxr', newPassword: 'new' });
  await assert.rejects(latchkey.passwordReset.confirm({ email: 'alice@example.com', code: 'OLD', newPassword: 'new' }), noLongerGood);

  assert.deepEqual(requests.slice(0, 3).map(sent), [
    ['POST /api/password-reset', undefined, { email: 'alice@example.com' }],
    ['POST /api/password-reset/confirm', undefined, { token: 'token1', new_password: 'new' }],
    ['POST /api/password-reset/confirm', undefined, { email: 'alice@example.com', code: '7kmp3wxr', new_password: 'new' }],
  ]);
  assert.equal(await latchkey.username(), 'alice');
});

test('who asks for a proof of the address is logged in, who has it need not be', async (t) => {
  const { url, requests } = await stub(t, () => ({ body: { status: 'success', message: 'Done.', data: { email: 'a@example.com', sent: true } } }));
  const { latchkey } = loggedIn(url);

  assert.deepEqual(await latchkey.email.requestVerification(), { email: 'a@example.com', sent: true });
  await new Latchkey(url).email.confirm({ token: 'token1' });
  await latchkey.email.confirm({ email: 'a@example.com', code: '7KMP-3WXR' });

  assert.deepEqual(requests.map(sent), [
    ['POST /api/email/verification', 'Bearer access1', undefined],
    ['POST /api/email/verification/confirm', undefined, { token: 'token1' }],
    ['POST /api/email/verification/confirm', undefined, { email: 'a@example.com', code: '7KMP-3WXR' }],
  ]);
  await assert.rejects(new Latchkey(url).email.requestVerification(), { kind: 'NOT_LOGGED_IN' });
});

test('a code logs in the device that has asked for it, as often as the user mistypes it', async (t) => {
  const { url, requests } = await stub(t, ({ path, body }) =>
    path === '/api/token/email' ? DEVICE : body?.code === 'WRONG' ? { status: 400, code: 'INVALID_CODE' } : issued(7),
  );
  const latchkey = new Latchkey(url);
  const told = [];
  latchkey.onChange((username) => told.push(username));

  await assert.rejects(latchkey.emailLogIn.confirm({ code: 'A' }), { name: 'LatchkeyError', kind: 'CLIENT_FAILURE' });
  assert.deepEqual(await latchkey.emailLogIn.request('alice@example.com'), { email: 'alice@example.com', deviceToken: 'device1', expiresIn: 900 });
  await assert.rejects(latchkey.emailLogIn.confirm({ code: 'WRONG' }), noLongerGood);
  assert.equal(await latchkey.username(), undefined);
  await latchkey.emailLogIn.confirm({ code: '7kmp-3wxr' });

  assert.equal(await latchkey.username(), 'alice@example.com');
  assert.deepEqual(told, ['alice@example.com']);
  assert.deepEqual(requests.at(-1).body, { device_token: 'device1', code: '7kmp-3wxr', refresh: true });
  await latchkey.account.deleteAccount();
  assert.equal(requests.at(-1).headers.authorization, 'Bearer access7');
  await assert.rejects(latchkey.emailLogIn.confirm({ code: '7kmp-3wxr' }), { kind: 'CLIENT_FAILURE' }, 'it is used up');
});

test('a page that was reloaded goes on with what it has kept', async (t) => {
  const { url, requests } = await stub(t, ({ path }) => (path === '/api/token/email' ? DEVICE : issued(7)));
  const kept = JSON.stringify(await new Latchkey(url).emailLogIn.request('alice@example.com'));
  const latchkey = new Latchkey(url);

  await latchkey.emailLogIn.confirm({ token: 'token1' }, { pending: JSON.parse(kept), signal: AbortSignal.timeout(60_000) });

  assert.equal(await latchkey.username(), 'alice@example.com');
  assert.deepEqual(requests.at(-1).body, { device_token: 'device1', token: 'token1', refresh: true });
});

test('a log-in that was given leaves the one that the client keeps', async (t) => {
  const { url, requests } = await stub(t, ({ path }, number) => (path === '/api/token/email' ? device(`device${number}`) : issued(7)));
  const { emailLogIn } = new Latchkey(url);
  const first = await emailLogIn.request('alice@example.com');
  await emailLogIn.request('alice@example.com');

  await emailLogIn.confirm({ code: 'A' }, { pending: first });
  await emailLogIn.confirm({ code: 'B' });

  assert.deepEqual(
    requests.slice(2).map(({ body }) => [body.device_token, body.code]),
    [
      ['device1', 'A'],
      ['device2', 'B'],
    ],
  );
  await assert.rejects(emailLogIn.confirm({ code: 'B' }), { kind: 'CLIENT_FAILURE' }, 'it is used up');
});

test('a log-in that is asked for while another is confirmed is kept', async (t) => {
  let devices = 0;
  const { url, requests } = await stub(t, async ({ path, body }) => {
    if (path === '/api/token/email') {
      return device(`device${++devices}`);
    }
    if (body.device_token === 'device1') {
      await emailLogIn.request('alice@example.com');
    }
    return issued(7);
  });
  const { emailLogIn } = new Latchkey(url);
  await emailLogIn.request('alice@example.com');

  await emailLogIn.confirm({ code: 'A' });
  await emailLogIn.confirm({ code: 'B' });

  assert.deepEqual(requests.at(-1).body, { device_token: 'device2', code: 'B', refresh: true });
  await assert.rejects(emailLogIn.confirm({ code: 'B' }), { kind: 'CLIENT_FAILURE' }, 'it is used up');
});
