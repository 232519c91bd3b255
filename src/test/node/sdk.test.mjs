// The TypeScript SDK in a browser, as plain modules: two tabs that share localStorage and IndexedDB. TypeScriptSdkIT starts it, with SDK_FOLDER (the
// installed package), SDK_TESTS (its tests), LATCHKEY_URL and BROWSER.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const { SDK_FOLDER, SDK_TESTS, LATCHKEY_URL, BROWSER } = process.env;
const REFRESH = '/api/token/refresh';
const PAGE = `<!doctype html><meta charset="utf-8"><title>SDK</title><link rel="icon" href="data:,">
<script type="importmap">{ "imports": { "latchkey-client": "./latchkey-client/dist/index.js" } }</script>
<script type="module">
  import { indexedDbStore, Latchkey, WebStorageTokenStore } from 'latchkey-client';
  window.indexedDbStore = indexedDbStore;
  window.hours = 0;
  const clock = { now: () => Date.now() + window.hours * 3_600_000, wait: (ms) => new Promise((done) => setTimeout(done, ms)) };
  window.latchkey = new Latchkey('${LATCHKEY_URL}', { tokenStore: new WebStorageTokenStore(), clock });
  window.told = [];
  latchkey.onChange((username) => told.push(username ?? 'nobody'));
</script>`;

const pages = createServer(async ({ url }, response) => {
  const isModule = /^\/latchkey-client\/.*\.js$/.test(url) || url === '/stores.mjs';
  const file = url === '/stores.mjs' ? `${SDK_TESTS}/stores.mjs` : SDK_FOLDER + url.slice('/latchkey-client'.length);
  const body = url === '/' ? PAGE : isModule ? await readFile(file).catch(() => undefined) : undefined;
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

/** A tab of this context; what it says on its console goes into `said`. */
async function openTab(context, said) {
  const tab = await context.newPage();
  tab.on('pageerror', (error) => said.push(`${error}`));
  tab.on('console', (message) => said.push(message.text()));
  await tab.goto(`http://127.0.0.1:${pages.address().port}/`);
  await tab.waitForFunction(() => window.told);
  return tab;
}

test('a store in IndexedDB does what every store does', { timeout: 120_000 }, async () => {
  const said = [];
  const tab = await openTab(await browser.newContext(), said);
  const count = await tab.evaluate(async () => {
    const { STORE_TESTS } = await import('./stores.mjs');
    for (const [name, check] of Object.entries(STORE_TESTS)) {
      await check((number) => indexedDbStore(`${name} ${number}`)).catch((error) => {
        throw new Error(`${name}: ${error.message}`);
      });
    }
    return Object.keys(STORE_TESTS).length;
  });
  assert.ok(count > 10);
  // A database that is deleted under it is made anew.
  assert.equal(
    await tab.evaluate(async () => {
      const store = indexedDbStore('once');
      await store.replace('mine', (async function* () { yield { revision: 7, entries: [] }; })());
      await new Promise((resolve, reject) => Object.assign(indexedDB.deleteDatabase('once'), { onsuccess: resolve, onerror: reject, onblocked: reject }));
      return (await store.open('mine')) ?? 'nothing';
    }),
    'nothing',
  );
  assert.deepEqual(said, []);
});

test('two tabs have one copy, which is there again after a reload, without a network too', { timeout: 120_000 }, async () => {
  const context = await browser.newContext();
  const said = [];
  const one = await openTab(context, said);
  const username = `mirror_${Date.now().toString(36)}`;
  await one.evaluate(async (username) => {
    await latchkey.register({ username, email: `${username}@example.com`, password: 'secure_password123', fullName: 'Alice', gender: 'female' });
    await latchkey.data.set('notes/1', 'carrots');
  }, username);
  const other = await openTab(context, said);
  const mirror = async () => {
    window.mirror = latchkey.data.mirror({ prefix: 'notes/', store: indexedDbStore('copy') });
    window.contents = async () => {
      const all = [];
      for await (const { key, value } of mirror.entries()) all.push(`${key}=${value}`);
      return all.join();
    };
  };
  for (const tab of [one, other]) {
    await tab.evaluate(mirror);
    await tab.evaluate(() => window.mirror.ready);
  }
  await one.evaluate(() => mirror.set('notes/2', 'rye bread'));
  await other.waitForFunction(async () => (await contents()) === 'notes/1=carrots,notes/2=rye bread');
  await other.evaluate(() => mirror.delete('notes/1'));
  await one.waitForFunction(async () => (await contents()) === 'notes/2=rye bread');
  await one.evaluate(() => mirror.set('notes/10', 'lemons'));
  for (const tab of [one, other]) {
    await tab.waitForFunction(async () => (await contents()) === 'notes/10=lemons,notes/2=rye bread');
  }

  // A hidden page lets go of its connection, and is in step again when it is seen.
  await other.clock.install();
  const becomes = (state) => other.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
  await other.evaluate(() => {
    window.background = latchkey.data.mirror({ whileHidden: true });
    return background.ready;
  });
  await becomes('hidden');
  await other.clock.fastForward(29_000);
  assert.equal(await other.evaluate(() => mirror.state), 'live');
  await other.clock.fastForward(2_000);
  await other.waitForFunction(() => mirror.state === 'connecting');
  await one.evaluate(() => mirror.set('notes/10', 'oranges'));
  await other.waitForFunction(async () => (await background.get('notes/10')).value === 'oranges');
  assert.deepEqual(await other.evaluate(() => [mirror.state, background.state]), ['connecting', 'live']);
  await becomes('visible');
  await other.waitForFunction(() => mirror.state === 'live');
  assert.equal(await other.evaluate(() => contents()), 'notes/10=oranges,notes/2=rye bread');
  await other.clock.resume();

  await context.route(`${LATCHKEY_URL}/**`, (route) => route.abort('internetdisconnected'));
  await one.reload();
  await one.waitForFunction(() => window.told);
  await one.evaluate(mirror);
  assert.equal(await one.evaluate(() => contents()), 'notes/10=oranges,notes/2=rye bread');
  await one.waitForFunction(() => window.mirror.state === 'offline');
  await context.unroute(`${LATCHKEY_URL}/**`);
  await one.evaluate(() => dispatchEvent(new Event('online')));
  await one.evaluate(() => mirror.ready);

  await other.evaluate(() => latchkey.logOut());
  for (const tab of [one, other]) {
    await tab.waitForFunction(() => mirror.state === 'closed');
  }
  const left = await one.evaluate(() => new Promise((resolve) => {
    const request = indexedDB.open('copy');
    request.onsuccess = () => {
      const entries = request.result.transaction('entries').objectStore('entries').getAll();
      entries.onsuccess = () => resolve(entries.result.length);
    };
  }));
  assert.equal(left, 0);
  assert.deepEqual(said.filter((line) => !line.includes('ERR_INTERNET_DISCONNECTED')), []);
});
