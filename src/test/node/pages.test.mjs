// The pages to which the links in mails lead, as people use them: by keyboard, on a phone, in the dark, in German. PagesIT starts it, with LATCHKEY_URL
// (of a server that sends mails), BROWSER, and, if there shall be pictures to look at, SCREENSHOTS, a folder for them. What the server says to a POST is said
// here, so that each of its answers is seen.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const { LATCHKEY_URL: server, BROWSER, SCREENSHOTS } = process.env;
const TOKEN = 'mJ4tZ0xqvJ2cU8Qy6cRk1A';
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 375, height: 740 } };
let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: BROWSER,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(() => browser?.close());

const done = { status: 200, body: { status: 'success', message: 'Done.' } };
const error = (status, code, more = {}) => ({ status, body: { status: 'error', code, message: 'Not for people.', ...more } });
const spent = error(400, 'INVALID_CODE');
const tooMany = { ...error(429, 'TOO_MANY_REQUESTS'), headers: { 'Retry-After': '150' } };
const unreachable = 'unreachable';

/** A browser of its own at a page, and what it says, asks and gets. */
async function visit(address, use, { answers = [], locale = 'en-GB', ...options } = {}) {
  const context = await browser.newContext({ viewport: SIZES.desktop, locale, ...options });
  const complaints = [];
  const posts = [];
  const heads = [];
  try {
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => console.error(`refused by the policy: ${violatedDirective} ${blockedURI}`));
      window.shifts = 0;
      new PerformanceObserver((list) => list.getEntries().forEach(({ hadRecentInput, value }) => (window.shifts += hadRecentInput ? 0 : value))).observe({ type: 'layout-shift', buffered: true });
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      const isOfAnAnswer = /Failed to load resource/.test(message.text()) && message.location().url.includes('/api/');
      if (['error', 'warning'].includes(message.type()) && !isOfAnAnswer) {
        complaints.push(message.text());
      }
    });
    page.on('request', (request) => heads.push(request.allHeaders().then((headers) => `${request.method()} ${request.url()} ${JSON.stringify(headers)}`)));
    await page.route('**/api/**', async (route) => {
      posts.push({ path: new URL(route.request().url()).pathname, body: route.request().postDataJSON() });
      const answer = answers.shift();
      assert.ok(answer, 'an answer is expected');
      await (answer === unreachable ? route.abort() : route.fulfill({ status: answer.status, headers: answer.headers, json: answer.body }));
    });
    await page.goto(server + address);
    await use(page, posts);
    assert.deepEqual(complaints, []);
    assert.deepEqual(answers, [], 'all answers were asked for');
    const all = (await Promise.all(heads)).join('\n');
    assert.doesNotMatch(all, new RegExp(TOKEN), 'no request line and no header has the token');
    assert.doesNotMatch(all, /"referer"/i);
    if (options.javaScriptEnabled !== false) {
      assert.doesNotMatch(page.url(), /#/);
      assert.equal(await page.evaluate(() => window.shifts), 0, 'nothing has moved by itself');
    }
  } finally {
    await context.close();
  }
}

const heading = (page) => page.locator('h1').innerText();
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.tagName.toLowerCase() + '.' + document.activeElement.className);

/** What stands beside the field that has the focus, and belongs to it for those who hear the page, too. */
async function reason(page) {
  await page.locator('[aria-invalid]:focus').waitFor();
  return page.evaluate(() => document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent);
}

async function problem(page) {
  const shown = page.locator('.problem:not(:empty)');
  await shown.waitFor();
  return shown.innerText();
}

async function ends(page, title) {
  await page.locator('h1', { hasText: title }).waitFor();
  assert.equal(await focused(page), 'h1.', 'those who hear the page hear what has become of it');
}

/** To the next element, and what it is. */
async function tab(page) {
  await page.keyboard.press('Tab');
  return focused(page);
}

// Side by side, because they wait more than they work.
describe('the pages of the mails', { concurrency: 3 }, () => {
  test('an address is confirmed by a button, and by nothing else', () =>
    visit(`/verify#token=${TOKEN}`, async (page, posts) => {
      assert.equal(await heading(page), 'Confirm your address');
      assert.equal(await page.title(), 'Confirm your address – Notes <& Co>');
      assert.equal(page.url(), `${server}/verify`);
      assert.deepEqual(posts, []);
      assert.equal(await tab(page), 'button.main');
      await page.keyboard.press('Enter');
      await ends(page, 'Your address is confirmed');
      assert.deepEqual(posts, [{ path: '/api/email/verification/confirm', body: { token: TOKEN } }]);
      assert.equal(await tab(page), 'onward');
      assert.equal(await page.locator('#onward').getAttribute('href'), 'https://notes.example.com/?a=1&b=2');
    }, { answers: [done] }));

  test('a link that is no longer good, and an address that another has, are no dead ends', async () => {
    for (const [answer, title, lead] of [
      [spent, 'This link is no longer good', /If you have confirmed the address already, all is well/],
      [error(409, 'EMAIL_EXISTS'), 'This address has another account', /use a different one/],
    ]) {
      await visit(`/verify#token=${TOKEN}`, async (page) => {
        await page.getByRole('button').click();
        await ends(page, title);
        assert.match(await page.locator('#lead').innerText(), lead);
        assert.ok(await page.locator('#onward').isVisible());
      }, { answers: [answer] });
    }
  });

  test('what may work later can be tried again', () =>
    visit(`/verify#token=${TOKEN}`, async (page, posts) => {
      for (const expected of [
        'That was too often. Try again in 3 minutes.', 'The server is busy. Try again in a second.',
        'The server cannot be reached. Check your connection, and try again.', 'That did not work. Try again later.',
      ]) {
        await page.getByRole('button').click();
        await page.locator('.problem', { hasText: expected }).waitFor();
      }
      await page.getByRole('button').click();
      await ends(page, 'Your address is confirmed');
      assert.equal(posts.length, 5);
    }, { answers: [tooMany, { ...error(503, 'UNAVAILABLE'), headers: { 'Retry-After': '1' } }, unreachable, error(500, 'INTERNAL_ERROR'), done] }));

  test('without the link, its code confirms the address', () =>
    visit('/verify', async (page, posts) => {
      assert.equal(await tab(page), 'email');
      await page.keyboard.press('Enter');
      assert.equal(await reason(page), 'Enter the address.');
      await page.keyboard.type(' alice@example.com ');
      assert.equal(await tab(page), 'code');
      await page.keyboard.type('7kmp-3wxq');
      await page.keyboard.press('Enter');
      await page.locator('.wrong', { hasText: 'This code is wrong, expired or used up.' }).waitFor();
      assert.equal(await focused(page), 'code');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('7kmp3wxr');
      await page.keyboard.press('Enter');
      await ends(page, 'Your address is confirmed');
      assert.deepEqual(posts.map(({ body }) => body), ['7kmp-3wxq', '7kmp3wxr'].map((code) => ({ email: 'alice@example.com', code })));
    }, { answers: [spent, done] }));

  test('a new password is set, and what is wrong with it stands beside it', () =>
    visit(`/reset#token=${TOKEN}`, async (page, posts) => {
      assert.equal(await heading(page), 'Choose a new password');
      const password = page.locator('#new-password');
      assert.equal(await password.getAttribute('autocomplete'), 'new-password');
      assert.equal(await tab(page), 'new-password');
      await page.keyboard.press('Enter');
      assert.equal(await reason(page), 'Enter a new password.');
      await page.keyboard.type('short');
      assert.equal(await tab(page), 'show');
      await page.keyboard.press('Space');
      assert.equal(await password.getAttribute('type'), 'text');
      assert.equal(await page.getByRole('button', { name: 'Hide', pressed: true }).count(), 1);
      await page.keyboard.press('Space');
      assert.equal(await password.getAttribute('type'), 'password');
      assert.equal(await tab(page), 'button.main');
      await page.keyboard.press('Enter');
      assert.equal(await reason(page), 'The password must be 8 to 256 characters long.');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('tomorrow never dies');
      await page.keyboard.press('Enter');
      await ends(page, 'Your new password is set');
      assert.match(await page.locator('#lead').innerText(), /Log in with the new password/);
      assert.equal(await password.inputValue(), '', 'it is not left in the page');
      assert.ok(await page.locator('#onward').isVisible());
      assert.deepEqual(posts.map(({ body }) => body), [{ token: TOKEN, new_password: 'short' }, { token: TOKEN, new_password: 'tomorrow never dies' }]);
    }, { answers: [error(400, 'INVALID_PASSWORD', { errors: [{ field: 'new_password', message: 'must be 8 to 256 characters long' }] }), done] }));

  test('a link that is no longer good leads to a new mail, and its code to a new password', () =>
    visit(`/reset#token=${TOKEN}`, async (page, posts) => {
      await page.locator('#new-password').fill('tomorrow never dies');
      await page.keyboard.press('Enter');
      await ends(page, 'This link is no longer good');
      assert.equal(await tab(page), 'ask-email');
      await page.keyboard.type('nowhere');
      await page.keyboard.press('Enter');
      assert.equal(await reason(page), 'This is not an e-mail address.');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('alice@example.com');
      await page.keyboard.press('Enter');
      assert.equal(await problem(page), 'That was too often. Try again in 3 minutes.');
      await page.keyboard.press('Enter');
      await page.locator('#lead', { hasText: 'If Notes <& Co> has an account with this address, a mail is on its way.' }).waitFor();
      assert.equal(await focused(page), 'h1.');
      assert.deepEqual([await tab(page), await tab(page)], ['email', 'code']);
      await page.keyboard.type('7KMP-3WXR');
      await page.keyboard.press('Enter');
      await page.locator('.wrong', { hasText: 'This code is wrong' }).waitFor();
      await page.keyboard.press('Enter');
      await ends(page, 'Your new password is set');
      assert.deepEqual(posts.slice(1).map(({ path, body }) => [path, body]), [
        ['/api/password-reset', { email: 'nowhere' }],
        ['/api/password-reset', { email: 'alice@example.com' }],
        ['/api/password-reset', { email: 'alice@example.com' }],
        ...[1, 2].map(() => ['/api/password-reset/confirm', { email: 'alice@example.com', code: '7KMP-3WXR', new_password: 'tomorrow never dies' }]),
      ]);
    }, { answers: [spent, error(400, 'INVALID_REQUEST', { errors: [{ field: 'email', message: 'is wrong' }] }), tooMany, done, spent, done] }));

  test('the link of a second mail works in the tab of the first', () =>
    visit('/reset', async (page, posts) => {
      assert.equal(await heading(page), 'Forgot your password?');
      await page.evaluate((token) => (location.hash = `token=${token}`), TOKEN);
      await page.locator('#new-password').fill('tomorrow never dies');
      assert.equal(page.url(), `${server}/reset`);
      await page.keyboard.press('Enter');
      await ends(page, 'Your new password is set');
      assert.equal(posts[0].body.token, TOKEN);
    }, { answers: [done] }));

  test('it speaks German to those who read it', async () => {
    await visit(`/reset#token=${TOKEN}`, async (page) => {
      assert.equal(await page.locator('html').getAttribute('lang'), 'de');
      assert.equal(await heading(page), 'Neues Passwort wählen');
      await page.locator('#new-password').fill('password');
      await page.keyboard.press('Enter');
      assert.equal(await reason(page), 'Das ist eines der häufigsten Passwörter.');
      await page.keyboard.press('Enter');
      assert.equal(await problem(page), 'Das war zu oft. Versuchen Sie es in 3 Minuten wieder.');
    }, { locale: 'de-AT', answers: [error(400, 'INVALID_PASSWORD', { errors: [{ field: 'new_password', message: 'is one of the most used passwords' }] }), tooMany] });
    await visit('/verify', async (page) => assert.equal(await page.locator('html').getAttribute('lang'), 'en'), { locale: 'fr-FR' });
  });

  test('without JavaScript it says what it needs', () =>
    visit(`/reset#token=${TOKEN}`, async (page) => {
      assert.match(await page.locator('noscript').innerText(), /needs JavaScript[\s\S]*braucht JavaScript/);
      assert.equal(await page.getByRole('textbox').count(), 0);
    }, { javaScriptEnabled: false }));

  test('a scanner that follows the link, however often, posts nothing', async () => {
    for (const path of ['/verify', '/reset']) {
      for (let time = 0; time < 3; time++) {
        for (const method of ['GET', 'HEAD']) {
          assert.equal((await fetch(`${server}${path}#token=${TOKEN}`, { method })).status, 200);
        }
        await visit(`${path}#token=${TOKEN}`, async (page, posts) => assert.deepEqual(posts, []));
      }
    }
  });

  const click = (page) => page.locator('button.main:visible').click();

  /** Each state: where it begins, what is answered, and what is done. */
  const STATES = {
    verify: [`/verify#token=${TOKEN}`, [], () => {}],
    'verify-code': ['/verify', [spent], async (page) => {
      await page.locator('#email').fill('alice@example.com');
      await page.locator('#code').fill('7KMP-3WXQ');
      await click(page);
      await page.locator('.wrong').waitFor();
    }],
    'verify-done': [`/verify#token=${TOKEN}`, [done], async (page) => {
      await click(page);
      await page.locator('#onward').waitFor();
    }],
    'verify-too-many': [`/verify#token=${TOKEN}`, [tooMany], async (page) => {
      await click(page);
      await problem(page);
    }],
    'verify-spent': [`/verify#token=${TOKEN}`, [spent], async (page) => {
      await click(page);
      await page.locator('#onward').waitFor();
    }],
    reset: [`/reset#token=${TOKEN}`, [], () => {}],
    'reset-refused': [`/reset#token=${TOKEN}`, [error(400, 'INVALID_PASSWORD', { errors: [{ field: 'new_password', message: 'is made of your username' }] })], async (page) => {
      await page.locator('#new-password').fill('alice_alice');
      await page.locator('#show').click();
      await click(page);
      await page.locator('.wrong').waitFor();
    }],
    'reset-done': [`/reset#token=${TOKEN}`, [done], async (page) => {
      await page.locator('#new-password').fill('tomorrow never dies');
      await click(page);
      await page.locator('#onward').waitFor();
    }],
    'reset-spent': [`/reset#token=${TOKEN}`, [spent], async (page) => {
      await page.locator('#new-password').fill('tomorrow never dies');
      await click(page);
      await page.locator('#ask').waitFor();
    }],
    'reset-unreachable': ['/reset', [unreachable], async (page) => {
      await page.locator('#ask-email').fill('alice@example.com');
      await click(page);
      await problem(page);
    }],
    'reset-sent': ['/reset', [done], async (page) => {
      await page.locator('#ask-email').fill('alice@example.com');
      await click(page);
      await page.locator('#code').waitFor();
    }],
  };

  for (const [name, [address, answers, reach]] of Object.entries(STATES)) {
    test(`${name} can be read by everybody, on a phone and in the dark`, () =>
      visit(address, async (page) => {
        await reach(page);
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          for (const [size, viewport] of Object.entries(SIZES)) {
            await page.setViewportSize(viewport);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${size}: nothing is wider than the window`);
            if (SCREENSHOTS) {
              await page.screenshot({ path: `${SCREENSHOTS}/pages-${name}-${size}-${colorScheme}.png` });
            }
          }
          const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode().analyze();
          assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)), []);
        }
        await page.setViewportSize(SIZES.desktop);
        await page.evaluate(() => (window.shifts = 0));
      }, { answers: [...answers], locale: name.includes('-') ? 'de-DE' : 'en-GB' }));
  }
});
