import { Agent, createServer, request } from 'node:http';
import { once } from 'node:events';
import { connect, createServer as createTcpServer } from 'node:net';
import { Latchkey } from 'latchkey-client';

/**
 * A server that answers as the test says: `answer(request, number)` gives `{ status, code, headers, body }`, with `isCutOff` only a
 * part of that, with `stream`, a function, whatever that writes to its {@link Line}, or undefined to break the connection off. It ends with the test.
 */
export async function stub(t, answer) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) {
      body += part;
    }
    const { method, url: path, headers } = request;
    const isJson = headers['content-type'] !== 'application/x-ndjson' && body !== '';
    const seen = { method, path, name: `${method} ${path}`, headers, text: body, body: isJson ? JSON.parse(body) : undefined };
    requests.push(seen);
    const given = await answer(seen, requests.length);
    if (given === undefined) {
      request.socket.destroy();
      return;
    }
    const { status = 200, headers: own = {}, body: content = given.code ? problem(given.code) : { status: 'success' } } = given;
    if (given.stream) {
      response.writeHead(status, { 'Content-Type': 'text/event-stream', ...own });
      response.flushHeaders();
      await given.stream(new Line(response));
      return;
    }
    response.writeHead(status, { 'Content-Type': 'application/json', ...own });
    if (given.isCutOff) {
      response.write(JSON.stringify(content).slice(0, 5), () => request.socket.destroy());
      return;
    }
    response.end(typeof content === 'string' ? content : JSON.stringify(content));
  });
  return { url: await listening(t, server), requests, names: () => requests.map((request) => request.name) };
}

/** A stream that a client is following. */
export class Line {
  #response;

  constructor(response) {
    this.#response = response;
    /** Resolves when the client or the server has ended it. */
    this.closed = once(response, 'close');
  }

  write(text) {
    return new Promise((done) => this.#response.write(text, done));
  }

  event(type, data, id = data.revision) {
    return this.write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  put(revision, key, value, more = {}) {
    return this.event('change', { revision, type: 'put', key, value, etag: `"${revision}"`, ...more });
  }

  remove(revision, key) {
    return this.event('change', { revision, type: 'delete', key, etag: `"${revision}"` });
  }

  position(revision) {
    return this.event('position', { revision });
  }

  async end(reason, revision) {
    await this.event('end', { reason, revision });
    this.#response.end();
  }

  /** As a server does that is killed. */
  cut() {
    this.#response.socket?.destroy();
  }
}

export function problem(code, more = {}) {
  return { status: 'error', code, message: `Sorry: ${code}.`, request_id: 'r1', ...more };
}

export function issued(number, expiresIn = 3600) {
  return {
    body: {
      status: 'success',
      message: 'Here you are.',
      data: { access_token: `access${number}`, expires_in: expiresIn, refresh_token: `refresh${number}`, refresh_expires_in: 9999 },
    },
  };
}

/** A clock that stands, and only notes what it should have waited. */
export class TestClock {
  waits = [];
  ms = 1_000_000;

  now() {
    return this.ms;
  }

  async wait(ms, signal) {
    signal?.throwIfAborted();
    this.waits.push(ms);
  }
}

/** A client with a clock of the test and a store in which alice is logged in, unless others are given. */
export function loggedIn(url, options = {}) {
  const clock = new TestClock();
  const tokenStore = storeOf(tokens(1));
  return { clock, tokenStore, ...options, latchkey: new Latchkey(url, { clock, tokenStore, ...options }) };
}

/** A client with the clock that users have. */
export function onRealTime(url, options = {}) {
  const tokenStore = storeOf(tokens(1, Date));
  return new Latchkey(url, { tokenStore, ...options });
}

export function tokens(number, clock = new TestClock(), username = 'alice') {
  return { username, accessToken: `access${number}`, expiresAt: clock.now() + 3_600_000, refreshToken: `refresh${number}` };
}

/** A store that hands out only copies, as one of a browser does. */
export function storeOf(initial) {
  let kept = JSON.stringify(initial);
  return {
    load: () => (kept === undefined ? undefined : JSON.parse(kept)),
    save: (given) => void (kept = JSON.stringify(given)),
    clear: () => void (kept = undefined),
  };
}

/** A promise that the test resolves. */
export function gate() {
  let open;
  const passed = new Promise((resolve) => (open = resolve));
  return { passed, open };
}

/** A proxy to the real server that cuts some answers off when that has given them: `cutsOff(request, number)` says which. It ends with the test. */
export async function proxy(t, target, cutsOff) {
  const agent = new Agent({ keepAlive: true });
  let number = 0;
  const server = createServer((incoming, outgoing) => {
    const { hostname, port } = new URL(target);
    const forwarded = request({ agent, hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, async (answer) => {
      const parts = [];
      for await (const part of answer) {
        parts.push(part);
      }
      if (cutsOff(incoming, ++number)) {
        incoming.socket.destroy();
      } else {
        outgoing.writeHead(answer.statusCode, answer.headers).end(Buffer.concat(parts));
      }
    });
    incoming.pipe(forwarded.on('error', () => incoming.socket.destroy()));
  });
  return await listening(t, server, () => agent.destroy());
}

/** A line to the real server whose connections can be cut. It ends with the test. */
export async function line(t, target) {
  const { hostname, port } = new URL(target);
  const ends = new Set();
  const cut = () => ends.forEach((end) => end.destroy());
  const server = createTcpServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [end, other] of [[near, far], [far, near]]) {
      ends.add(end);
      end.on('error', () => {}).on('close', () => (ends.delete(end), other.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  return { url: await listening(t, server, cut), cut };
}

async function listening(t, server, end = () => {}) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections?.();
    server.close();
    end();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
