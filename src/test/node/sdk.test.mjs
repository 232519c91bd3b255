// The TypeScript SDK in a browser, as plain modules: two tabs that share localStorage. TypeScriptSdkIT starts it, with SDK_FOLDER (the
// installed package), LATCHKEY_URL and BROWSER.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const { SDK_FOLDER, LATCHKEY_URL, BROWSER } = process.env;
const REFRESH = '/api/token/refresh';
const PAGE = `<!doctype html><meta charset="utf-8"><title>SDK</title><link rel="icon" href="data:,">
<script type="importmap">{ "imports": { "latchkey-client": "./latchkey-client/dist/index.js" } }</script>
<script type="module">
  import { Latchkey, WebStorageTokenStore } from 'latchkey-client';
  window.hours = 0;
  const clock = { now: () => Date.now() + window.hours * 3_600_000, wait: (ms) => new Promise((done) => setTimeout(done, ms)) };
  window.latchkey = new Latchkey('${LATCHKEY_URL}', { tokenStore: new WebStorageTokenStore(), clock });
  window.told = [];
  latchkey.onChange((username) => told.push(username ?? 'nobody'));
</script>`;

const pages = createServer(async ({ url }, response) => {
  const isModule = url.startsWith('/latchkey-client/') && url.endsWith('.js');
  const body = url === '/' ? PAGE : isModule ? await readFile(SDK_FOLDER + url.slice('/latchkey-client'.length)).catch(() => undefined) : undefined;
  response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': isModule ? 'text/javascript' : 'text/html' }).end(body);
});
let browser;

before(async () => {
  await new Promise((done) => pages.listen(0, '127.0.0.1', done));
  browser = await chromium.launch({
    executablePath: BROWSER,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  pages.close();
});

test('two tabs share a session, refresh it, and learn of each other', { timeout: 120_000 }, async () => {
  const context = await browser.newContext();
  const said = [];
  const asked = [];
  const open = async () => {
    const tab = await context.newPage();
    tab.on('pageerror', (error) => said.push(`${error}`));
    tab.on('console', (message) => said.push(message.text()));
    tab.on('request', (request) => request.method() === 'POST' && asked.push(new URL(request.url()).pathname));
    await tab.goto(`http://127.0.0.1:${pages.address().port}/`);
    await tab.waitForFunction(() => window.told);
    return tab;
  };
  const one = await open();
  const other = await open();
  const tabs = [one, other];
  const username = `browser_${Date.now().toString(36)}`;

  await one.evaluate(async (username) => {
    await latchkey.register({ username, email: `${username}@example.com`, password: 'secure_password123', fullName: 'Alice', gender: 'female' });
    await latchkey.data.createEntry({ key: 'a/b%2F ♥', value: 'Hello, world!' });
  }, username);
  await other.waitForFunction((username) => told.at(-1) === username, username);

  for (let hour = 1; hour <= 3; hour++) {
    const values = await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(async (hour) => {
          window.hours = hour;
          const answers = await Promise.all([1, 2, 3].map(() => latchkey.data.readEntry('a/b%2F ♥')));
          return answers.map((answer) => answer.data.value).join();
        }, hour),
      ),
    );
    assert.deepEqual(values, Array(2).fill('Hello, world!,Hello, world!,Hello, world!'));
    // One is enough, but a browser does not promise that a tab sees at once what another wrote; the server bears the second.
    const refreshes = asked.splice(0).filter((path) => path === REFRESH).length;
    assert.ok(refreshes === 1 || refreshes === 2, `${refreshes} in hour ${hour}`);
  }

  await other.reload();
  await other.waitForFunction(() => window.told);
  assert.equal(await other.evaluate(() => latchkey.username()), username);
  await other.evaluate(() => latchkey.logOut());
  await one.waitForFunction(() => told.at(-1) === 'nobody');
  assert.deepEqual(await one.evaluate(() => told), [username, 'nobody']);
  assert.equal(await one.evaluate(() => localStorage.length), 0);
  assert.deepEqual(said, []);
});
