// The notes of src/site/examples in a browser: what a user sees and does. NotesIT starts it, with NOTES_FOLDER and NOTES_URL (where the pages are
// installed, and served from), LATCHKEY_URL, BROWSER, and, if there shall be pictures to look at, SCREENSHOTS, a folder for them.
import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { chromium } from 'playwright-core';

const { NOTES_FOLDER, NOTES_URL, LATCHKEY_URL, LONGEST, BROWSER, SCREENSHOTS } = process.env;
const PASSWORD = 'correct horse battery staple';
const WAIT = 60_000;
/** What the browser's console says when somebody else has changed a note. */
const CONFLICT = '412 /api/data/notes%2F{id}';

/** What a page may be told of what it has asked before it logs out. */
const LATE = ['401 /api/changes', '401 /api/data', '401 /api/me'];

/** What a tab may be told that asks while another logs out. */
const SESSION_IS_OVER = [...LATE, '401 /api/data/notes%2F{id}', '401 /api/token/refresh'];

/** A line to the server, which can be cut, and the page that uses it. */
class Line {
  #page;
  #isCut = false;
  #sockets = new Set();
  #server = net.createServer((socket) => {
    if (this.#isCut) {
      socket.on('error', () => {}).resetAndDestroy();
      return;
    }
    const server = net.connect(Number(new URL(LATCHKEY_URL).port), '127.0.0.1');
    for (const end of [socket, server]) {
      this.#sockets.add(end);
      end.on('close', () => this.#sockets.delete(end)).on('error', () => [socket, server].forEach((one) => one.destroy()));
    }
    socket.pipe(server).pipe(socket);
  });

  /** The page is a file beside index.html: all of it but the address of the server is the same. */
  static async to(page) {
    const line = new Line();
    line.#page = page;
    await new Promise((done) => line.#server.listen(0, '127.0.0.1', done));
    assert.equal(index.split('http://localhost:3000').length, 2, 'the address of the server is in one place');
    await writeFile(`${NOTES_FOLDER}/${page || 'index.html'}`, index.replace('http://localhost:3000', `http://127.0.0.1:${line.port}`));
    return line;
  }

  get url() {
    return `${NOTES_URL}/${this.#page}`;
  }

  get port() {
    return this.#server.address().port;
  }

  /** Its port stays its own, so that nobody else has got it when it comes back. */
  cut() {
    this.#isCut = true;
    this.#sockets.forEach((socket) => socket.destroy());
  }

  restore() {
    this.#isCut = false;
  }

  close() {
    this.cut();
    return new Promise((done) => this.#server.close(done));
  }
}

/** The API without the page. */
async function call(method, path, body, token) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const response = await fetch(LATCHKEY_URL + path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  assert.ok(response.ok, `${method} ${path}: ${JSON.stringify(answer)}`);
  return answer.data;
}

let count = 0;

/** Somebody with an account, who has another device as well. */
class User {
  username = `user_${Date.now().toString(36)}_${++count}`;
  email = `${this.username}@example.com`;

  async register() {
    const { username } = this;
    await call('POST', '/api/register', { username, email: `${username}@example.com`, password: PASSWORD, full_name: 'Zoë', gender: 'female' });
    return this;
  }

  async call(method, path, body) {
    this.token ??= (await call('POST', '/api/token', { username: this.username, password: PASSWORD })).access_token;
    return call(method, path, body, this.token);
  }

  /** The link to this page in the `number`th mail with one; the server believes to be at its default address. */
  async mailedLink(page, number, line) {
    const end = Date.now() + WAIT;
    for (;;) {
      const texts = await (await fetch(`${NOTES_URL}/mails/${this.email}`)).text();
      const link = [...texts.matchAll(new RegExp(`http://localhost:3000(/${page}#token=\\S+)`, 'g'))][number - 1];
      if (link) {
        const here = `http://127.0.0.1:${line.port}${link[1]}`;
        await this.scan(here);
        return here;
      }
      assert.ok(Date.now() < end, `no mail number ${number} to ${this.email}: ${texts}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  /** As those programs do that look at mails before their readers: it must not use up a link. */
  async scan(link) {
    for (const method of ['GET', 'HEAD', 'GET', 'HEAD', 'GET', 'HEAD']) {
      assert.equal((await fetch(link, { method })).status, 200);
    }
  }

  /** The notes, the newest first. */
  async list() {
    const { entries } = await this.call('GET', '/api/data?prefix=notes%2F');
    return entries
      .sort((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at))
      .map(({ key, value }) => ({ id: key.slice('notes/'.length), text: value }));
  }

  async texts() {
    return (await this.list()).map(({ text }) => text);
  }
}

const index = await readFile(`${NOTES_FOLDER}/index.html`, 'utf8');
let uncut;
let browser;

before(async () => {
  uncut = await Line.to('');
  browser = await chromium.launch({
    executablePath: BROWSER,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  await uncut?.close();
});

const DEVICES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};

/** For those who cut it. */
async function withOwnLine(page, use) {
  const line = await Line.to(page);
  try {
    await use(line);
  } finally {
    await line.close();
  }
}

/** A browser of its own. What its console says, and which hosts it asks, is known at the end. */
class Visitor {
  /** Runs `what` with a visitor, and fails on anything in the console that is not expected, or is missing, but for what may be there. */
  static async run(device, expected, what, { maySay = [], line = uncut, ...options } = {}) {
    const visitor = new Visitor(device, line);
    visitor.context = await browser.newContext({ ...DEVICES[device], ...options });
    visitor.context.setDefaultTimeout(WAIT);
    try {
      await visitor.open();
      await what(visitor);
      const said = [...visitor.console].filter((line) => !maySay.includes(line));
      assert.deepEqual(said.sort(), [...new Set(expected)].sort(), 'what the console says');
      assert.deepEqual([...visitor.hosts].filter((host) => ![new URL(NOTES_URL).host, `127.0.0.1:${visitor.line.port}`].includes(host)), []);
    } finally {
      await visitor.context.close();
    }
  }

  constructor(device, line) {
    this.device = device;
    this.isPhone = device === 'phone';
    this.line = line;
  }

  console = new Set();
  isLeaving = false;
  /** How often all notes were asked for. */
  reads = [];
  hosts = new Set();

  /** A tab; the newest is the one that the visitor looks at. */
  async open() {
    this.page = await this.context.newPage();
    this.page.on('pageerror', (error) => this.console.add(`${error}`));
    this.page.on('console', (message) => this.note(message));
    this.page.on('request', (request) => !request.url().startsWith('blob:') && this.hosts.add(new URL(request.url()).host));
    this.page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (request.method() === 'GET' && pathname === '/api/data') this.reads.push(pathname);
    });
    await this.page.goto(this.line.url);
  }

  note(message) {
    const words = message.text();
    const path = new URL(message.location().url || NOTES_URL).pathname.replace(/notes%2F\w+/, 'notes%2F{id}');
    const [, status] = /^Failed to load resource: the server responded with a status of (\d+)/.exec(words) ?? [];
    if (status) {
      if (!(this.isLeaving && LATE.includes(`${status} ${path}`))) this.console.add(`${status} ${path}`);
    } else if (/^Failed to load resource: net::ERR_(CONNECTION_|SOCKET_NOT_CONNECTED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/.test(words)) {
      this.console.add('no connection');
    } else if (/violates the .*Content Security Policy|^This document requires 'Trusted/.test(words)) {
      this.console.add('refused by the policy');
    } else if (['error', 'warning'].includes(message.type())) {
      this.console.add(words);
    }
  }

  async register(user) {
    await this.page.getByRole('button', { name: 'Make an account' }).click();
    await this.fillInAndRegister(user);
  }

  /** In the form that is open already. */
  async fillInAndRegister(user) {
    await this.fill({ 'Your name': 'Zoë', Username: user.username, 'E-mail address': `${user.username}@example.com`, Gender: 'female' });
    await this.page.getByLabel('Password').filter({ visible: true }).fill(PASSWORD);
    await this.page.getByRole('button', { name: 'Make an account' }).click();
    await this.isSaved();
  }

  async logIn(user, password = PASSWORD) {
    this.isLeaving = false;
    await this.fill({ Username: user.username, Password: password });
    await this.page.getByRole('button', { name: 'Log in' }).click();
  }

  async fill(values) {
    for (const [label, value] of Object.entries(values)) {
      await this.page.getByLabel(label).filter({ visible: true }).fill(value);
    }
  }

  get newNote() {
    return this.page.getByRole('button', { name: 'New note' });
  }

  get text() {
    return this.page.getByRole('textbox', { name: 'Text of the note' });
  }

  link(title) {
    return this.page.getByRole('link', { name: title, exact: true });
  }

  async toList() {
    if (this.isPhone && (await this.text.isVisible())) {
      await this.page.getByRole('link', { name: 'All notes' }).click();
    }
  }

  async write(text) {
    await this.toList();
    await this.newNote.click();
    await this.text.fill(text);
    await this.isSaved();
  }

  async choose(title, text) {
    await this.toList();
    await this.link(title).click();
    await this.hasText(text);
  }

  /** Also while the page is loaded anew, as it is after a log-in: what is half read has no text yet. */
  async hasText(text) {
    await this.page.waitForFunction((text) => document.querySelector('#text')?.value === text, text);
    assert.ok(await this.text.isVisible());
  }

  /** Writes what does not reach the server until the result is called. */
  async writeInVain(text) {
    const lose = (route) => (route.request().method() === 'PUT' ? route.abort('connectionreset') : route.fallback());
    await this.context.route(/notes%2F/, lose);
    await this.text.fill(text);
    await this.sees('Not saved');
    return () => this.context.unroute(/notes%2F/, lose);
  }

  /** What a browser tells its pages when it has a network again. */
  async isOnline() {
    for (const page of this.context.pages()) await page.evaluate(() => dispatchEvent(new Event('online')));
  }

  /** How many entries this browser has a copy of. */
  copied() {
    return this.page.evaluate(() => new Promise((resolve) => {
      indexedDB.open('notes').onsuccess = ({ target: { result: database } }) => {
        database.transaction('entries').objectStore('entries').count().onsuccess = ({ target }) => resolve(target.result);
      };
    }));
  }

  isSaved() {
    return this.page.getByText('Saved', { exact: true }).waitFor();
  }

  sees(words) {
    return this.page.getByText(words).filter({ visible: true }).first().waitFor();
  }

  async field(label) {
    const input = this.page.getByLabel(label).filter({ visible: true });
    const [isWrong, noteId] = await input.evaluate((one) => [one.ariaInvalid, one.getAttribute('aria-describedby')]);
    return isWrong === 'true' ? this.page.locator(`#${noteId}`).innerText() : '';
  }

  async picture(name) {
    if (SCREENSHOTS) await this.page.screenshot({ path: `${SCREENSHOTS}/${this.device}-${name}.png` });
  }

  async logOut() {
    this.isLeaving = true;
    await this.page.getByRole('button', { name: 'Log out' }).click();
    await this.sees('You are logged out.');
  }
}

// Side by side, because they wait more than they work.
for (const device of Object.keys(DEVICES)) describe(device, { concurrency: 3 }, () => {
  /** What is the same on screens of all sizes is tested on one. */
  const itOnce = (on, ...test) => on === device && it(...test);

  it('keeps what is written, whatever it is', () =>
    Visitor.run(device, [], async (visitor) => {
      const user = new User();
      const texts = {
        'Shopping 🥕🧑‍🌾': 'Shopping 🥕🧑‍🌾\n\nCarrots, and a 𝕦nicode 👩🏽‍🚀',
        'שלום עולם': '\n  שלום עולם\nمرحبا',
        '<img src=x onerror="document.title=\'hacked\'">': '<img src=x onerror="document.title=\'hacked\'">\n<script>document.title="hacked"</script>&amp;',
        ['🗝️'.repeat(40)]: '🗝️'.repeat(60),
        'A hundred thousand': `A hundred thousand\n${'0123456789abcdef'.repeat(6400)}\nEnd`,
      };
      await visitor.picture('log-in');
      await visitor.register(user);
      for (const text of Object.values(texts)) {
        await visitor.write(text);
      }
      assert.deepEqual(await user.texts(), Object.values(texts).reverse());

      await visitor.page.reload();
      for (const [title, text] of Object.entries(texts)) {
        await visitor.choose(title, text);
      }
      assert.equal(await visitor.page.locator('#desk img').count(), 1);
      assert.doesNotMatch(await visitor.page.title(), /^hacked/);
      await visitor.picture('note');
      await visitor.toList();
      await visitor.picture('list');
      assert.equal(await visitor.link('שלום עולם').evaluate((link) => getComputedStyle(link).direction), 'rtl');

      await visitor.logOut();
      await visitor.logIn(user);
      await visitor.choose('Shopping 🥕🧑‍🌾', texts['Shopping 🥕🧑‍🌾']);
    }));

  it('says what is wrong with an account, at its field', () =>
    Visitor.run(device, ['400 /api/register', '409 /api/register', '400 /api/token', '401 /api/token'], async (visitor) => {
      const taken = await new User().register();
      const { page } = visitor;
      await visitor.logIn(taken, 'wrong password');
      await visitor.sees('The username or the password is wrong.');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'log-in-password');
      await visitor.logIn(taken, '');
      await visitor.sees('Password is required.');

      await page.getByRole('button', { name: 'Make an account' }).click();
      await page.getByRole('button', { name: 'Make an account' }).click();
      await visitor.sees('Please look at the marked fields.');
      for (const label of ['Your name', 'Username', 'E-mail address', 'Gender', 'Password']) {
        assert.equal(await visitor.field(label), `${label} is required.`);
      }
      assert.equal(await page.evaluate(() => document.activeElement.id), 'register-fullName');

      const user = new User();
      const values = { 'Your name': 'Zoë', Username: taken.username, 'E-mail address': 'x@example.com', Gender: 'female', Password: PASSWORD };
      await visitor.fill(values);
      await page.getByRole('button', { name: 'Make an account' }).click();
      await visitor.sees('This username is taken.');
      assert.equal(await visitor.field('Username'), 'Username is taken. If it is yours, log in instead.');
      assert.equal(await visitor.field('Your name'), '');

      await visitor.fill({ Username: user.username, 'E-mail address': `${taken.username}@example.com` });
      await page.getByRole('button', { name: 'Make an account' }).click();
      await visitor.sees('This e-mail address has an account already.');
      assert.equal(await visitor.field('E-mail address'), 'E-mail address has an account already. If it is yours, log in instead.');

      await visitor.fill({ 'E-mail address': `${user.username}@example.com`, Password: 'password123' });
      await page.getByRole('button', { name: 'Make an account' }).click();
      await visitor.sees('Please choose another password.');
      assert.equal(await visitor.field('Password'), 'Password is one of the most used passwords.');
      await visitor.picture('weak-password');

      await visitor.fill({ Password: PASSWORD });
      await page.getByRole('button', { name: 'Make an account' }).click();
      await visitor.isSaved();
    }));

  it('brings back who has lost the password, by a mail', () =>
    Visitor.run(device, [], async (visitor) => {
      const user = new User();
      const { page } = visitor;
      await visitor.register(user);
      await visitor.sees(`Your address ${user.email} is not confirmed yet.`);
      await visitor.picture('unconfirmed');
      await page.getByRole('button', { name: 'Send me a mail' }).click();
      await visitor.sees(`A mail is on its way to ${user.email}.`);
      await page.goto(await user.mailedLink('verify', 2, visitor.line));
      await page.getByRole('button', { name: 'Confirm' }).click();
      await visitor.sees('Your address is confirmed');
      await page.getByRole('link', { name: 'Go to Notes' }).click();
      await visitor.isSaved();
      assert.ok(await page.locator('#address').isHidden());
      await visitor.write('What I must not lose');

      await visitor.logOut();
      await page.getByRole('button', { name: 'Forgot your password?' }).click();
      await visitor.fill({ 'E-mail address': user.email });
      await visitor.picture('forgotten');
      await page.getByRole('button', { name: 'Send the mail' }).click();
      await visitor.sees('a mail is on its way');
      await page.goto(await user.mailedLink('reset', 1, visitor.line));
      await visitor.fill({ 'New password': 'another horse, another battery' });
      await visitor.picture('new-password');
      await page.getByRole('button', { name: 'Set the new password' }).click();
      await visitor.sees('Your new password is set');
      await page.getByRole('link', { name: 'Go to Notes' }).click();
      await visitor.logIn(user, 'another horse, another battery');
      await visitor.choose('What I must not lose', 'What I must not lose');
    }));

  itOnce('phone', 'says that a server without mails has none, and asks nobody again', () =>
    Visitor.run(device, ['404 /api/password-reset', '404 /api/email/verification'], async (visitor) => {
      const { page } = visitor;
      const body = { status: 'error', code: 'NOT_FOUND', message: 'There is nothing at this path.', request_id: 'r1' };
      const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'content-type, authorization' };
      await visitor.context.route(/password-reset|email/, (route) =>
        route.request().method() === 'OPTIONS' ? route.fulfill({ status: 204, headers }) : route.fulfill({ status: 404, headers, json: body }),
      );
      await page.getByRole('button', { name: 'Forgot your password?' }).click();
      await visitor.fill({ 'E-mail address': 'alice@example.com' });
      await page.getByRole('button', { name: 'Send the mail' }).click();
      await visitor.sees('This server sends no mails.');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'forgotten-email');
      await page.getByRole('button', { name: 'Log in' }).click();

      await visitor.register(new User());
      await page.getByRole('button', { name: 'Send me a mail' }).click();
      await visitor.sees('This server sends no mails.');
      await page.reload();
      await visitor.isSaved();
      assert.ok(await page.locator('#address').isHidden());
    }));

  itOnce('desktop', 'says how long to wait after too many log-ins', () =>
    Visitor.run(device, ['401 /api/token', '429 /api/token'], async (visitor) => {
      const user = await new User().register();
      const limit = visitor.page.waitForResponse((response) => response.status() === 429);
      for (let tries = 0; tries < 3; tries++) {
        const refused = visitor.page.waitForResponse((response) => response.status() === 401);
        await visitor.logIn(user, 'wrong password');
        await refused;
        await visitor.sees('The username or the password is wrong.');
      }
      await visitor.logIn(user, 'wrong password');
      const wait = Number((await limit).headers()['retry-after']);
      await visitor.sees(`That was too often. Try again in ${wait < 90 ? `${wait} seconds` : `${Math.ceil(wait / 60)} minutes`}.`);
    }));

  // A tab may not know yet which ETag a note got from the other, and that may be asking in the very moment of the log-out.
  it('shows the same in two tabs', () =>
    Visitor.run(device, [], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      await visitor.write('Milk');
      const first = visitor.page;
      await visitor.open();
      await visitor.choose('Milk', 'Milk');
      await visitor.text.fill('Milk and bread');
      visitor.page = first;
      await visitor.hasText('Milk and bread');
      await visitor.text.fill('Milk, bread and jam');
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Milk, bread and jam']);
      visitor.page = visitor.context.pages()[1];
      await visitor.hasText('Milk, bread and jam');
      await visitor.text.fill('Milk, bread, jam and eggs');
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Milk, bread, jam and eggs']);

      await visitor.logOut();
      visitor.page = first;
      await visitor.sees('Please log in again.');
      assert.equal(await visitor.copied(), 0);
    }, { maySay: [CONFLICT, ...SESSION_IS_OVER] }));

  it('loses neither text when two devices change a note', () =>
    Visitor.run(device, ['no connection', CONFLICT], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      await visitor.write('Plan');
      const [{ id }] = await user.list();
      const letThrough = await visitor.writeInVain('Plan of this device');
      await user.call('PUT', `/api/data/notes%2F${id}`, { value: 'Plan of the other device' });
      await letThrough();
      await visitor.sees('Somebody has changed this note meanwhile.');
      await visitor.isSaved();
      await visitor.hasText('Plan of this device');
      await visitor.picture('two-devices');
      assert.deepEqual(await user.texts(), ['Plan of this device', 'Plan of the other device']);
      await visitor.text.fill('Plan of this device, more of it');
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Plan of this device, more of it', 'Plan of the other device']);
    }));

  itOnce('phone', 'loses neither text when two devices write a note in the same moment', () =>
    Visitor.run(device, [CONFLICT], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      await visitor.write('Plan');
      const [{ id }] = await user.list();
      let isFirst = true;
      await visitor.context.route(/notes%2F/, async (route) => {
        if (isFirst && route.request().method() === 'PUT') {
          isFirst = false;
          await user.call('PUT', `/api/data/notes%2F${id}`, { value: 'Plan of the other device' });
        }
        return route.continue();
      });
      await visitor.text.fill('Plan of this device');
      await visitor.sees('Somebody has changed this note meanwhile.');
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Plan of this device', 'Plan of the other device']);
    }));

  it('keeps what is written into a note that another device deletes', () =>
    Visitor.run(device, ['no connection', CONFLICT, '404 /api/data/notes%2F{id}'], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      await visitor.write('Plan');
      const [{ id }] = await user.list();
      const letThrough = await visitor.writeInVain('Plan, and more');
      await user.call('DELETE', `/api/data/notes%2F${id}`);
      await letThrough();
      await visitor.isSaved();
      assert.deepEqual(await user.list(), [{ id, text: 'Plan, and more' }]);
    }));

  it('does not delete what another device has written meanwhile', () =>
    Visitor.run(device, [CONFLICT], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      await visitor.write('Plan');
      const [{ id }] = await user.list();
      await visitor.page.getByRole('button', { name: 'Delete' }).click();
      await user.call('PUT', `/api/data/notes%2F${id}`, { value: 'Better plan' });
      await visitor.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await visitor.sees('Look at it before you delete it.');
      await visitor.hasText('Better plan');
      assert.deepEqual(await user.texts(), ['Better plan']);
      await visitor.page.getByRole('button', { name: 'Delete' }).click();
      await visitor.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await visitor.sees('The note is deleted.');
      assert.deepEqual(await user.texts(), []);
    }));

  itOnce('desktop', 'has the notes and the drafts of its first version', () =>
    Visitor.run(device, [CONFLICT], async (visitor) => {
      const user = await new User().register();
      for (const id of ['a1', 'b2', 'c3']) {
        await user.call('POST', '/api/data', { key: `notes/${id}`, value: `Old ${id}` });
      }
      const index = JSON.stringify([{ id: 'c3', title: 'Old c3' }, { id: 'b2', title: 'Old b2' }, { id: 'a1', title: 'Old a1' }]);
      await user.call('POST', '/api/data', { key: 'notes', value: index });
      await visitor.page.evaluate((name) => {
        const draft = (id, base, text) => localStorage.setItem(`notes.draft/${name}/${id}`, JSON.stringify({ base, text }));
        draft('a1', 'Old a1', 'Old a1, and new');
        draft('b2', 'Older b2', 'Other b2');
        draft('d4', null, 'New d4');
      }, user.username);
      await visitor.logIn(user);
      await visitor.isSaved();
      assert.deepEqual((await user.texts()).sort(), ['New d4', 'Old a1, and new', 'Old b2', 'Old c3', 'Other b2']);
      await visitor.choose('Old c3', 'Old c3');
      await visitor.choose('Old a1, and new', 'Old a1, and new');
    }));

  it('deletes what the user wants to be deleted', () =>
    Visitor.run(device, [], async (visitor) => {
      const user = new User();
      const { page } = visitor;
      await visitor.register(user);
      await visitor.write('Keep');
      await visitor.write('Throw away');
      await page.getByRole('button', { name: 'Delete' }).click();
      await visitor.picture('delete');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.keyboard.press('Escape');
      assert.deepEqual(await user.texts(), ['Throw away', 'Keep']);
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await visitor.sees('The note is deleted.');
      assert.deepEqual(await user.texts(), ['Keep']);
      assert.equal(await visitor.link('Throw away').count(), 0);
      assert.equal(await page.evaluate(() => document.activeElement.id), 'new');

      const [{ id }] = await user.list();
      await visitor.choose('Keep', 'Keep');
      await user.call('DELETE', `/api/data/notes%2F${id}`);
      await visitor.sees('This note is not there any more.');
      await page.goto(`${page.url()}#${id}`);
      await visitor.sees('This note is not there any more.');
    }));

  it('keeps the text when the session is ended elsewhere', () =>
    Visitor.run(device, ['no connection', '401 /api/token/refresh'], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      await visitor.write('Diary');
      const letThrough = await visitor.writeInVain('Diary of a long day');
      await user.call('DELETE', '/api/sessions');
      user.token = undefined;
      await visitor.sees('Please log in again. What was not saved yet is kept in this browser.');
      await visitor.picture('session-ended');
      await letThrough();
      await visitor.logIn(user);
      await visitor.hasText('Diary of a long day');
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Diary of a long day']);
    }));

  it('shows what one user has not saved to no other', () =>
    Visitor.run(device, ['no connection', '401 /api/token/refresh'], async (visitor) => {
      const [user, other] = [new User(), await new User().register()];
      await visitor.register(user);
      await visitor.write('Diary');
      assert.equal(await visitor.copied(), 1);
      const letThrough = await visitor.writeInVain('Diary of a secret');
      await user.call('DELETE', '/api/sessions');
      user.token = undefined;
      await visitor.sees('Please log in again.');
      await letThrough();
      await visitor.logIn(other);
      await visitor.sees('This note is not there any more.');
      await visitor.sees('No notes yet.');
      await visitor.logOut();
      await visitor.logIn({ username: user.username.toUpperCase() });
      await visitor.choose('Diary of a secret', 'Diary of a secret');
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Diary of a secret']);
    }));

  itOnce('phone', 'keeps apart what users with similar names have not saved', () =>
    Visitor.run(device, ['no connection', '401 /api/token/refresh'], async (visitor) => {
      const [user, other] = [new User(), await new User().register()];
      user.username = `${other.username}.x`;
      await visitor.register(user);
      await visitor.write('Diary');
      const letThrough = await visitor.writeInVain('Diary of a secret');
      await user.call('DELETE', '/api/sessions');
      await visitor.sees('Please log in again.');
      await letThrough();
      await visitor.logIn(other);
      await visitor.sees('This note is not there any more.');
      await visitor.write('Mine');
      assert.deepEqual(await other.texts(), ['Mine']);
      assert.equal(await visitor.page.getByText('Diary').count(), 0);
    }));

  itOnce('desktop', 'takes its own text for no other\'s when the answer was lost', () =>
    Visitor.run(device, ['no connection'], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      await visitor.write('Plan');
      let lost = 0; // The client sends it a second time by itself.
      await visitor.context.route(/notes%2F/, async (route) => {
        if (lost === 2 || route.request().method() !== 'PUT') return route.continue();
        lost++;
        await route.fetch();
        return route.abort('connectionreset');
      });
      await visitor.text.fill('Plan A');
      await visitor.sees('There is no connection to the server.');
      await visitor.text.fill('Plan A and B');
      await visitor.isSaved();
      await visitor.page.reload();
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Plan A and B']);
      assert.deepEqual(await visitor.page.evaluate(() => Object.keys(localStorage)), ['notes.tokens']);
    }));

  it('does not delete another note than the one that it asks about', () =>
    Visitor.run(device, [], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      await visitor.write('First');
      await visitor.write('Second');
      await visitor.page.getByRole('button', { name: 'Delete' }).click();
      await visitor.page.getByRole('dialog').waitFor();
      await visitor.page.evaluate(() => history.back());
      await visitor.page.getByRole('dialog').waitFor({ state: 'hidden' });
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Second', 'First']);
    }));

  it('loses nothing while the server is away', () =>
    withOwnLine(`${device}.html`, (line) => Visitor.run(device, ['no connection'], async (visitor) => {
      const user = new User();
      const { page } = visitor;
      await visitor.register(user);
      await visitor.write('Other');
      await visitor.write('Before');
      line.cut();
      try {
        await visitor.text.fill('Before and while');
        await visitor.sees('Not saved');
        await visitor.sees('There is no connection to the server. Your text is kept in this browser. Trying again in');
        await visitor.picture('no-connection');
        await page.reload();
        await visitor.hasText('Before and while');
        await visitor.choose('Other', 'Other');
        await visitor.toList();
        await visitor.newNote.click();
        await visitor.text.fill('While');
        await visitor.sees('Not saved');
        await page.getByRole('button', { name: 'Log out' }).click();
        await visitor.sees('Your last changes are not saved.');
        await page.getByRole('button', { name: 'Cancel' }).click();
      } finally {
        line.restore();
      }
      await visitor.isOnline();
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['While', 'Before and while', 'Other']);
      assert.equal(await page.getByText('There is no connection').count(), 0);
    }, { line })));

  itOnce('phone', 'says that the server is busy, and saves when it is not any more', () =>
    Visitor.run(device, ['503 /api/data/notes%2F{id}'], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      await visitor.write('Calm');
      let isBusy = true;
      await visitor.context.route(/notes%2F/, async (route) => {
        if (!isBusy || route.request().method() !== 'PUT') return route.continue();
        isBusy = false;
        return route.fulfill({
          status: 503,
          headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Retry-After', 'Retry-After': '3' },
          json: { status: 'error', code: 'UNAVAILABLE', message: 'The service is temporarily unavailable. Please try again later.' },
        });
      });
      await visitor.text.fill('Storm');
      await visitor.sees('The server is busy. Your text is kept in this browser. Trying again in 3 seconds.');
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Storm']);
    }));

  itOnce('desktop', 'keeps a text that the server does not take, and saves the others', () =>
    Visitor.run(device, ['400 /api/data/notes%2F{id}'], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      const long = 'Too long\n' + 'x'.repeat(LONGEST);
      await visitor.newNote.click();
      await visitor.text.fill(long);
      await visitor.sees('The server does not take this text. It may be too long. Your text is kept in this browser.');
      await visitor.toList();
      await visitor.newNote.click();
      await visitor.text.fill('Short');
      await visitor.page.locator('#list a:not(.unsaved)', { hasText: 'Short' }).waitFor({ state: 'attached' });
      await visitor.page.reload();
      await visitor.choose('Too long, not saved', long);
      assert.deepEqual(await user.texts(), ['Short']);
      await visitor.text.fill('Not too long');
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Not too long', 'Short']);
    }));

  itOnce('phone', 'stays logged in when the access token has expired', () =>
    Visitor.run(device, [], async (visitor) => {
      const user = new User();
      await visitor.register(user);
      await visitor.write('Long ago');
      await visitor.page.evaluate(() => {
        const tokens = JSON.parse(localStorage.getItem('notes.tokens'));
        localStorage.setItem('notes.tokens', JSON.stringify({ ...tokens, expiresAt: Date.now() }));
      });
      const refreshed = visitor.page.waitForResponse((response) => response.url().endsWith('/api/token/refresh'));
      await visitor.text.fill('Just now');
      assert.equal((await refreshed).status(), 200);
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Just now']);
    }));

  it('can be used by the keyboard alone', () =>
    Visitor.run(device, [], async (visitor) => {
      const user = new User();
      const { page } = visitor;
      const { keyboard } = page;
      const press = async (...keys) => {
        for (const key of keys) await keyboard.press(key);
      };
      const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);
      const tabTo = async (name) => {
        for (let steps = 0; (await focused()) !== name; steps++) {
          assert.ok(steps < 20, `Tab leads to ${name}`);
          await press('Tab');
        }
      };
      await tabTo('Make an account');
      await press('Enter');
      for (const value of ['Zoë', user.username, `${user.username}@example.com`, 'female', PASSWORD]) {
        await keyboard.insertText(value);
        await press('Tab');
      }
      await press('Enter');
      await visitor.newNote.waitFor();
      await tabTo('New note');
      await press('Enter');
      await keyboard.insertText('One');
      await visitor.isSaved();
      if (visitor.isPhone) {
        await press('Shift+Tab', 'Shift+Tab');
        assert.equal(await focused(), 'All notes');
        await press('Enter');
        await visitor.newNote.waitFor();
        assert.equal(await focused(), 'One');
      }
      await page.evaluate(() => document.activeElement.blur());
      await tabTo('New note');
      await press('Enter');
      await keyboard.insertText('Two');
      await visitor.isSaved();
      assert.deepEqual(await user.texts(), ['Two', 'One']);

      if (!visitor.isPhone) {
        await page.evaluate(() => document.activeElement.blur());
        await tabTo('One');
        await press('Enter');
        await visitor.hasText('One');
        assert.equal(await focused(), 'text');
      }
      await press('Shift+Tab');
      assert.equal(await focused(), 'Delete');
      await press('Enter');
      await page.getByRole('dialog').waitFor();
      assert.equal(await focused(), 'Cancel');
      await press('Tab', 'Enter');
      await visitor.sees('The note is deleted.');
      assert.equal((await user.texts()).length, 1);
      await tabTo('Log out');
      await press('Enter');
      await visitor.sees('You are logged out.');
    }));

  for (const colorScheme of ['light', 'dark']) {
    it(`can be read by everybody, ${colorScheme}`, () =>
      withOwnLine(`${device}-${colorScheme}.html`, (line) => Visitor.run(
        device,
        ['400 /api/register', 'no connection'],
        async (visitor) => {
          const user = new User();
          const { page } = visitor;
          const check = async (what) => {
            await visitor.picture(`${what}-${colorScheme}`);
            const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode().analyze();
            assert.deepEqual(violations.map(({ id, impact, nodes }) => `${impact} ${id} ${nodes.map(({ html }) => html)}`), [], what);
          };
          await check('log-in');
          await page.getByRole('button', { name: 'Make an account' }).click();
          await page.getByRole('button', { name: 'Make an account' }).click();
          await visitor.sees('Please look at the marked fields.');
          await check('register');
          await visitor.fillInAndRegister(user);
          await check('no-notes');
          await visitor.write('Shopping\n\n- carrots\n- rye bread\n- two lemons');
          await visitor.write('For Monday\n\nAsk about the key.');
          await visitor.write('Ideas for the garden\n\nBeans along the south wall, and the old pear tree needs a support before the autumn storms.');
          await check('note');
          await page.getByRole('button', { name: 'Delete' }).click();
          await check('question');
          await page.getByRole('button', { name: 'Cancel' }).click();
          await visitor.toList();
          await check('list');
          line.cut();
          try {
            await visitor.choose('Shopping', 'Shopping\n\n- carrots\n- rye bread\n- two lemons');
            await visitor.sees('There is no connection to the server.');
            await check('no-connection');
          } finally {
            line.restore();
          }
          await visitor.isOnline();
          await visitor.isSaved();
        },
        { line, colorScheme },
      )));
  }

  itOnce('desktop', 'neither talks to others nor runs what is not its own', () =>
    Visitor.run(
      device,
      ['refused by the policy'],
      async (visitor) => {
        const refused = await visitor.page.evaluate(async (other) => {
          const attempts = {
            fetch: () => fetch(other),
            html: () => (document.body.innerHTML = '<p>Hello'),
            script: () => (document.createElement('script').textContent = 'alert()'),
          };
          const refused = [];
          for (const [name, attempt] of Object.entries(attempts)) {
            await Promise.resolve().then(attempt).catch(() => refused.push(name));
          }
          return refused;
        }, LATCHKEY_URL);
        assert.deepEqual(refused, ['fetch', 'html', 'script']);
      },
    ));
});

describe('a desktop and a phone', () => {
  it('show what is written on the other, and lose and double nothing when both were away', () =>
    withOwnLine('both.html', (line) =>
      Visitor.run('desktop', ['no connection'], (desktop) => Visitor.run('phone', ['no connection'], async (phone) => {
        const user = new User();
        const both = [desktop, phone];
        await desktop.register(user);
        await phone.logIn(user);
        await phone.isSaved();

        await desktop.write('Carrots');
        await phone.choose('Carrots', 'Carrots');
        await desktop.text.fill('Carrots and leek');
        await phone.hasText('Carrots and leek');
        await phone.isSaved();
        await phone.text.fill('Carrots, leek and rye bread');
        await desktop.hasText('Carrots, leek and rye bread');
        await phone.write('Plan');
        await desktop.link('Plan').waitFor();
        await desktop.page.getByRole('button', { name: 'Delete' }).click();
        await desktop.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
        await desktop.sees('The note is deleted.');
        await phone.toList();
        await phone.link('Carrots, leek and rye bread').waitFor({ state: 'hidden' });

        line.cut();
        for (const visitor of both) {
          await visitor.choose('Plan', 'Plan');
          await visitor.text.fill(`Plan of the ${visitor.device}`);
          await visitor.toList();
          await visitor.newNote.click();
          await visitor.text.fill(`Written on the ${visitor.device}`);
          await visitor.sees('Not saved');
        }
        line.restore();
        const expected = ['Plan of the desktop', 'Plan of the phone', 'Written on the desktop', 'Written on the phone'];
        for (const visitor of both) {
          await visitor.isOnline();
          await visitor.isSaved();
          await visitor.toList();
        }
        for (const visitor of both) {
          for (const title of expected) await visitor.link(title).waitFor();
          assert.deepEqual((await visitor.page.locator('#list a').allInnerTexts()).sort(), expected);
        }
        assert.deepEqual((await user.texts()).sort(), expected);
        // All notes were asked for once by each, when it had none; then the server has told of them.
        for (const visitor of both) assert.deepEqual(visitor.reads, ['/api/data'], visitor.device);
      }, { line, maySay: [CONFLICT] }), { line, maySay: [CONFLICT] }),
    ));
});
