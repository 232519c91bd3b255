// The reference page, as people use it: by clicking, by keyboard alone, on a phone, in the dark, behind a proxy.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const server = process.env.LATCHKEY_URL;
const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.BROWSER,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
    env: { ...process.env, HOME: process.env.BROWSER_FOLDER },
  });
});

after(() => browser?.close());

// A tab of each size, which stays open: with a context of its own for each test, the browser would compile Swagger UI again and again.
const tabs = new Map();

async function tabOf(options) {
  const key = JSON.stringify(options);
  if (!tabs.has(key)) {
    const context = await browser.newContext(options);
    const tab = { context, page: await context.newPage() };
    await context.exposeFunction('complain', text => tab.visit.complaints.push(text));
    await context.addInitScript(() => document.addEventListener('securitypolicyviolation', violation =>
      window.complain(`refused by the policy: ${violation.violatedDirective} ${violation.blockedURI}`)));
    context.on('request', request => tab.visit.requests.push(request.url()));
    tab.page.on('console', message => {
      const { complaints, expected } = tab.visit;
      if (expected && /the server responded with a status of 4/.test(message.text())) {
        expected(message.text());
      } else if (['error', 'warning'].includes(message.type())) {
        complaints.push(message.text());
      }
    });
    tab.page.on('pageerror', error => tab.visit.complaints.push(error.message));
    tab.page.setDefaultTimeout(20_000);
    tabs.set(key, tab);
  }
  return tabs.get(key);
}

// Loads the page, and sees to it that nothing was said on the console, nothing refused, and no other host asked.
// What the browser says of answers with an error is a complaint too, unless it goes to `expected`.
async function onPage({ colorScheme = 'light', ...options }, use, address = `${server}/docs`, expected) {
  const tab = await tabOf(options);
  const { page } = tab;
  const visit = { complaints: [], requests: [], expected };
  tab.visit = visit;
  let isGood = false;
  try {
    // From /docs to /docs#somewhere, a browser loads nothing.
    if (address.includes('#')) {
      await page.goto('about:blank');
    }
    await page.emulateMedia({ colorScheme });
    await page.goto(address);
    await page.locator('.opblock').first().waitFor();
    await use(page);
    assert.deepEqual(visit.complaints, []);
    assert.ok(visit.requests.length > 5);
    const origin = new URL(address).origin;
    assert.deepEqual(visit.requests.filter(url => new URL(url).origin !== origin && !url.startsWith('data:')), []);
    isGood = true;
  } finally {
    // The next test must not suffer from what this one left behind.
    if (!isGood) {
      tabs.delete(JSON.stringify(options));
      await tab.context.close();
    }
  }
}

const operation = (page, id) => page.locator(`.opblock[id$="-${id}"]`);
const open = (page, id) => operation(page, id).locator('.opblock-summary-control').click();

async function outcome(page, id) {
  const live = operation(page, id).locator('.live-responses-table');
  await live.waitFor();
  return {
    status: parseInt(await live.locator('tbody .response-col_status').first().innerText()),
    text: await live.innerText(),
  };
}

async function execute(page, id) {
  await operation(page, id).locator('.execute').click();
  return outcome(page, id);
}

async function openAndExecute(page, id) {
  await open(page, id);
  return execute(page, id);
}

async function call(path, body) {
  const answer = await fetch(server + path, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path} was answered with ${answer.status}`);
  return (await answer.json()).data;
}

const password = 'secure_password123';

// Not by the page, which is slow; the tests that are about it do it there.
const register = username =>
  call('/api/register', { username, email: `${username}@example.com`, password, full_name: 'John Doe', gender: 'male' });

async function logIn(page, username) {
  await open(page, 'createToken');
  await operation(page, 'createToken').locator('textarea').fill(JSON.stringify({ username, password }));
  const answer = await execute(page, 'createToken');
  assert.equal(answer.status, 200);
  return answer.text.match(/"access_token": "([^"]+)"/)[1];
}

const dialogOf = page => page.locator('.modal-ux');

async function giveToken(page, token) {
  await dialogOf(page).locator('input').fill(token);
  await dialogOf(page).locator('button.authorize').click();
  await dialogOf(page).getByRole('button', { name: 'Close' }).last().click();
}

// Registers a user whose token is given by hand, which is quicker than a log-in on the page.
async function become(page, username) {
  await register(username);
  const token = (await call('/api/token', { username, password })).access_token;
  await page.getByRole('button', { name: 'Authorize' }).click();
  await giveToken(page, token);
  return token;
}

// Of the whole page, or of the part that has appeared since it was looked at. There are no frames, for which axe would open a second page.
async function checkAccess(page, part = 'html') {
  const { violations } = await new AxeBuilder({ page }).include(part).options({ resultTypes: ['violations'] }).setLegacyMode().analyze();
  assert.deepEqual(violations.filter(violation => ['serious', 'critical'].includes(violation.impact))
    .flatMap(violation => violation.nodes.map(node => `${violation.id}: ${node.html} ${node.failureSummary}`)), []);
}

async function checkWidth(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `The page is ${content} wide in a window of ${window}`);
}

test('everything is there to be clicked: register, log in, store, read back, log out', () => onPage(desktop, async page => {
  assert.equal(await page.title(), 'Latchkey API');
  const session = page.locator('#session');
  assert.equal(await session.innerText(), 'Not logged in');
  assert.equal((await openAndExecute(page, 'registerUser')).status, 201);
  assert.equal((await openAndExecute(page, 'createToken')).status, 200);
  assert.equal(await session.innerText(), 'Calls carry your access token');
  assert.equal((await openAndExecute(page, 'createEntry')).status, 201);

  const read = await openAndExecute(page, 'readEntry');
  assert.equal(read.status, 200);
  assert.match(read.text, /"value": "Hello, world!"/);
  assert.match(read.text, /x-request-id: [0-9a-f]{16}/);
  await operation(page, 'readEntry').getByText('Curl', { exact: true }).waitFor();

  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, '']);
  assert.equal((await openAndExecute(page, 'logOut')).status, 200);
  assert.equal(await session.innerText(), 'Not logged in');
}));

test('a hard key is sent as it should be', () => onPage(desktop, async page => {
  await become(page, 'hard_keys');
  const key = 'a/b %2F?#\u{1F511}\u05DE';
  await open(page, 'createEntry');
  await operation(page, 'createEntry').locator('textarea').fill(JSON.stringify({ key, value: 'found' }));
  assert.equal((await execute(page, 'createEntry')).status, 201);
  await open(page, 'readEntry');
  await operation(page, 'readEntry').getByPlaceholder('key', { exact: true }).fill(key);
  const read = await execute(page, 'readEntry');
  assert.match(read.text, /"value": "found"/);
}));

test('a token can be given by hand', () => onPage(phone, async page => {
  await register('by_hand');
  const token = await logIn(page, 'by_hand');
  await page.reload();
  await page.locator('.opblock').first().waitFor();
  assert.equal(await page.locator('#session').innerText(), 'Not logged in');
  await page.getByRole('button', { name: 'Authorize' }).click();
  await checkAccess(page, '.modal-ux');
  await giveToken(page, token);
  assert.equal(await page.locator('#session').innerText(), 'Calls carry your access token');
  const account = await openAndExecute(page, 'readAccount');
  assert.match(account.text, /"username": "by_hand"/);
}));

const says = (page, text) => page.waitForFunction(text => document.getElementById('session').textContent === text, text);

for (const [what, end] of Object.entries({
  'a log-out': page => openAndExecute(page, 'logOut'),
  'a log-out everywhere': page => openAndExecute(page, 'endAllSessions'),
  'the end of this very session': async (page, token) => {
    await open(page, 'endSession');
    await operation(page, 'endSession').locator('input').fill(JSON.parse(atob(token.split('.')[1])).sid);
    return execute(page, 'endSession');
  },
  'the end of the account': page => openAndExecute(page, 'deleteAccount'),
})) {
  test(`the page says that calls carry no token any more after ${what}`, () => onPage(desktop, async page => {
    const name = what.replaceAll(' ', '_');
    const token = await become(page, name);
    await says(page, 'Calls carry your access token');
    assert.equal((await end(page, token)).status, 200);
    await says(page, 'Not logged in');
  }));
}

test('a token that is refused is carried no more, one that is good stays', async () => {
  const refused = [];
  await onPage(desktop, async page => {
    const token = await become(page, 'refused');
    // What is wrong here is not the token.
    await open(page, 'changePassword');
    await operation(page, 'changePassword').locator('textarea')
      .fill(JSON.stringify({ current_password: 'not_this_password', new_password: 'another_password456' }));
    assert.equal((await execute(page, 'changePassword')).status, 401);
    await open(page, 'createToken');
    await operation(page, 'createToken').locator('textarea').fill(JSON.stringify({ username: 'refused', password: 'not_this_password' }));
    await operation(page, 'createToken').locator('.execute').click();
    await operation(page, 'createToken').locator('.live-responses-table').getByText('INVALID_CREDENTIALS').waitFor();
    assert.equal((await openAndExecute(page, 'listSessions')).status, 200);
    await open(page, 'endSession');
    assert.equal((await execute(page, 'endSession')).status, 404);
    await says(page, 'Calls carry your access token');

    // Somewhere else, the user logs out everywhere.
    assert.equal((await fetch(`${server}/api/sessions`, { method: 'DELETE', headers: { Authorization: `Bearer ${token}` } })).status, 200);
    assert.equal((await openAndExecute(page, 'readAccount')).status, 401);
    await says(page, 'Not logged in');
  }, `${server}/docs`, complaint => refused.push(complaint));
  assert.ok(refused.length > 0);
});

for (const [way, close] of Object.entries({
  'Escape': page => page.keyboard.press('Escape'),
  'its button': page => page.getByRole('button', { name: 'Close' }).last().press('Enter'),
  'a click beside it': page => page.locator('.backdrop-ux').click({ position: { x: 5, y: 5 } }),
})) {
  test(`whoever closes the dialog by ${way} goes on where it was opened`, () => onPage(desktop, async page => {
    for (const opener of [page.getByRole('button', { name: 'Authorize' }), operation(page, 'readAccount').locator('.authorization__btn')]) {
      await opener.focus();
      await page.keyboard.press('Enter');
      const input = page.locator('.modal-ux input');
      await input.focus();
      await close(page);
      await input.waitFor({ state: 'detached' });
      assert.ok(await opener.evaluate(element => element === document.activeElement));
    }
  }));
}

test('an account is made and used by keyboard alone', () => onPage(desktop, async page => {
  const body = JSON.stringify({
    username: 'by_keyboard', email: 'by_keyboard@example.com', password: 'secure_password123', full_name: 'John Doe', gender: 'male',
  });
  const tabTo = async (id, selector) => {
    for (let i = 0; i < 500; i++) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate(([id, selector]) => {
        const element = document.activeElement;
        const style = getComputedStyle(element);
        return {
          isThere: element.matches(selector) && element.closest('.opblock')?.id.endsWith(`-${id}`),
          isSeen: element === document.body || parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none',
          html: element.outerHTML.slice(0, 200),
        };
      }, [id, selector]);
      assert.ok(focus.isSeen, `The focus cannot be seen on ${focus.html}`);
      if (focus.isThere) {
        return;
      }
    }
    assert.fail(`No Tab leads to ${selector} of ${id}`);
  };
  const executeByKeyboard = async (id, text) => {
    await tabTo(id, '.opblock-summary-control');
    await page.keyboard.press('Enter');
    await operation(page, id).locator('.execute').waitFor();
    if (text) {
      await tabTo(id, 'textarea');
      await page.keyboard.press('Control+A');
      await page.keyboard.insertText(text);
    }
    await tabTo(id, '.execute');
    await page.keyboard.press('Enter');
    return (await outcome(page, id)).status;
  };

  assert.equal(await executeByKeyboard('registerUser', body), 201);
  assert.equal(await executeByKeyboard('createToken', body), 200);
  assert.equal(await executeByKeyboard('createEntry'), 201);
  assert.equal(await executeByKeyboard('readEntry'), 200);
}));

for (const [device, options] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ['light', 'dark']) {
    test(`can be read by everybody: ${device}, ${colorScheme}`, () => onPage({ ...options, colorScheme }, async page => {
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
      assert.ok(colorScheme === 'dark' ? Math.max(...background) < 64 : Math.min(...background) > 192, `It is ${background}`);
      await checkWidth(page);
      // What axe has to say is of the size or of the colours; it takes long.
      if ((device === 'phone') !== (colorScheme === 'dark')) return;
      await register(`${device}_${colorScheme}`);
      await logIn(page, `${device}_${colorScheme}`);
      await page.locator('.models-control').click();
      await checkAccess(page);
      await checkWidth(page);
      await page.getByRole('button', { name: 'Authorize' }).click();
      await dialogOf(page).waitFor();
      await checkAccess(page, '.modal-ux');
      await checkWidth(page);
    }));
  }
}

test('follows the system when it turns dark', () => onPage({ ...desktop, colorScheme: 'light' }, async page => {
  const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(light => getComputedStyle(document.body).backgroundColor !== light, light);
}));

test('a link leads to one operation, and an open one has its link', () => onPage(desktop, async page => {
  await operation(page, 'readEntry').locator('.execute').waitFor();
  assert.equal(await page.locator('.opblock.is-open').count(), 1);
  await open(page, 'registerUser');
  assert.match(page.url(), /\/docs#\/Users\/registerUser$/);
}, `${server}/docs#/Data/readEntry`));

test('the root and the folder lead to the page', async () => {
  for (const path of ['/', '/docs/']) {
    await onPage(desktop, async page => assert.equal(page.url(), `${server}/docs`), server + path);
  }
});

test('shows what can be answered to any request', () => onPage(desktop, async page => {
  const section = page.getByRole('region', { name: 'x-responses-to-any-request' });
  assert.match(await section.innerText(), /405 This path does not have this method/);
}));

test('works behind a proxy, under a path of its own', async () => {
  const forwarded = [];
  const proxy = http.createServer((request, response) => {
    assert.ok(request.url.startsWith('/some/where/'));
    const path = request.url.slice('/some/where'.length);
    forwarded.push(`${request.method} ${path}`);
    request.pipe(http.request(server + path, { method: request.method, headers: request.headers }, answer => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }));
  });
  await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve));
  try {
    await onPage(desktop, async page => {
      await register('behind_a_proxy');
      await logIn(page, 'behind_a_proxy');
      assert.equal((await openAndExecute(page, 'readAccount')).status, 200);
    }, `http://127.0.0.1:${proxy.address().port}/some/where/`);
    assert.ok(forwarded.includes('GET /api/me'));
  } finally {
    proxy.close();
  }
});
