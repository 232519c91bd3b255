import { ErrorCode } from './generated/models/ErrorCode.js';
import { VERSION } from './generated/runtime.js';
import { throwIfAborted } from './abort.js';
import type { Answer } from './answer.js';
import type { Clock } from './clock.js';
import { Deadline } from './deadline.js';
import { ErrorKind, failure, LatchkeyError, notLoggedIn } from './error.js';
import type { Operation } from './operation.js';
import type { Session } from './session.js';
import { ownerOf } from './tokens.js';

const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** The timeout of a request, and the limits of retries. */
export interface Patience {
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly maxWaitMs: number;
}

/** The properties of an operation that matter here. */
type Traits = Pick<Operation<unknown>, 'successes' | 'repeat' | 'endsSession' | 'isSecured' | 'owner' | 'isStream'>;

interface Call {
  readonly operation: Traits;
  /** The name in messages, without private data such as a key. */
  readonly label: string;
  readonly method: string;
  readonly url: string;
  readonly signal: AbortSignal | undefined;
  retries: number;
  waitedMs: number;
}

/** Sends requests with a token, retries them where that may help, and turns failures into {@link LatchkeyError}s. */
export class Transport {
  readonly #fetch: typeof fetch;
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #log: (line: string) => void;

  constructor(fetchApi: typeof fetch, clock: Clock, patience: Patience, log: (line: string) => void) {
    this.#fetch = fetchApi;
    this.#clock = clock;
    this.#patience = patience;
    this.#log = log;
  }

  async send(url: string, label: string, init: RequestInit, operation: Traits, session: Session): Promise<Answer> {
    const method = init.method ?? 'GET';
    const call = { operation, label, method, url, signal: init.signal ?? undefined, retries: 0, waitedMs: 0 };
    const headers = new Headers(init.headers);
    if (RUNS_IN_NODE && !headers.has('User-Agent')) {
      headers.set('User-Agent', `latchkey-client/${VERSION} (TypeScript)`);
    }
    if (!operation.isSecured || headers.has('Authorization')) {
      return await this.#answer(call, { ...init, headers });
    }
    const answered = () => this.#withToken(call, { ...init, headers }, headers, session);
    if (!operation.endsSession) {
      return await answered();
    }
    return await session.ending(async () => {
      const logIn = await session.logIn();
      const answer = await answered();
      if (logIn !== undefined) {
        await session.end(logIn);
      }
      return answer;
    });
  }

  async #withToken(call: Call, init: RequestInit, headers: Headers, session: Session): Promise<Answer> {
    const tokens = await session.tokens(undefined, call.signal);
    if (tokens === undefined) {
      throw notLoggedIn();
    }
    const { owner } = call.operation;
    if (owner !== undefined && ownerOf(tokens) !== owner) {
      throw notLoggedIn('Another user has logged in.');
    }
    try {
      return { ...(await this.#answer(call, authorized(init, headers, tokens.accessToken))), tokens };
    } catch (error) {
      if (!(error instanceof LatchkeyError && error.code === ErrorCode.InvalidToken)) {
        throw error;
      }
      if (!call.operation.endsSession) {
        await session.settled(call.signal);
      }
      const fresh = await session.tokens(tokens.accessToken, call.signal);
      // Another user may have logged in, here or in another tab; this call must not be made as that user.
      if (fresh?.username !== tokens.username || fresh.accessToken === tokens.accessToken) {
        throw error;
      }
      return { ...(await this.#answer(call, authorized(init, headers, fresh.accessToken))), tokens: fresh };
    }
  }

  /** A successful response; throws for any other. */
  async #answer(call: Call, init: RequestInit): Promise<Answer> {
    let isUnknownWhetherDone = false;
    for (;;) {
      const answer = await this.#onceConnected(call, init);
      const isUnchanged = answer.status === 304 && call.operation.successes.includes(304) && new Headers(init.headers).has('If-None-Match');
      if ((answer.status >= 200 && answer.status < 300) || isUnchanged) {
        return answer;
      }
      const error = LatchkeyError.of(call.label, answer, this.#clock.now());
      // What may be repeated always is answered by the server as at first.
      if (isUnknownWhetherDone && call.method === 'DELETE' && call.operation.repeat !== 'always' && isAbsent(error)) {
        return { ...answer, status: 200, json: () => ({ status: 'success', message: 'Deleted successfully.' }) };
      }
      if (!mayRepeat(call, error)) {
        throw error;
      }
      await this.#wait(call, error);
      isUnknownWhetherDone ||= error.status === 503;
    }
  }

  async #onceConnected(call: Call, init: RequestInit): Promise<Answer> {
    for (let isLast = call.operation.repeat !== 'always'; ; isLast = true) {
      const began = this.#clock.now();
      const deadline = new Deadline(call.signal, this.#patience.timeoutMs);
      let status = 0;
      try {
        const answer = await deadline.run(async (signal) => {
          // A redirect could send a password or a refresh token elsewhere; a cache could give one user's data to the next.
          const response = await this.#fetch(call.url, { redirect: 'manual', cache: 'no-store', ...init, signal });
          status = response.status;
          const { headers } = response;
          const stream = call.operation.isStream && response.ok ? (response.body ?? null) : undefined;
          const text = stream === undefined ? await response.text() : '';
          return { status, headers, stream, text, json: () => objectOf(text) };
        });
        this.#log(`${call.label}: ${status} in ${this.#clock.now() - began} ms, request ${answer.headers.get('X-Request-Id') ?? 'without an id'}`);
        return answer;
      } catch (cause) {
        throwIfAborted(call.signal);
        const error = this.#unanswered(call, cause, deadline, status);
        this.#log(error.message);
        if (isLast || deadline.timeout) {
          throw error;
        }
      }
    }
  }

  #unanswered(call: Call, cause: unknown, deadline: Deadline, status: number): LatchkeyError {
    const isConnected = !NEVER_CONNECTED.has((cause as { cause?: { code?: string } } | undefined)?.cause?.code ?? '');
    const warning = isConnected && call.method !== 'GET' ? ' It may have been done all the same.' : '';
    if (deadline.timeout) {
      const what = `no answer within ${this.#patience.timeoutMs / 1000} seconds.${warning}`;
      return failure(ErrorKind.Timeout, call.label, what, { status, cause: deadline.timeout });
    }
    const reason = reasonIn(cause);
    const what = status === 0 ? `no answer (${reason}).` : `the answer (status ${status}) did not arrive whole (${reason}).`;
    return failure(ErrorKind.NoAnswer, call.label, what + warning, { status, cause });
  }

  async #wait(call: Call, error: LatchkeyError): Promise<void> {
    const ms = (error.retryAfter ?? 1) * 1000;
    if (call.retries >= this.#patience.maxRetries || call.waitedMs + ms > this.#patience.maxWaitMs) {
      throw error;
    }
    call.retries++;
    call.waitedMs += ms;
    this.#log(`${call.label}: again in ${ms / 1000} s`);
    await this.#clock.wait(ms, call.signal);
  }
}

/** `User-Agent` is not sent from a browser: a page cannot set it, and CORS would have to allow it. */
const RUNS_IN_NODE = typeof (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === 'string';

function authorized(init: RequestInit, headers: Headers, accessToken: string): RequestInit {
  const own = new Headers(headers);
  own.set('Authorization', `Bearer ${accessToken}`);
  return { ...init, headers: own };
}

/** After a 429 nothing was done. After a 503 the call may have been done, so it is retried only if that does no harm. */
function mayRepeat(call: Call, error: LatchkeyError): boolean {
  if (error.status === 503) {
    return call.operation.repeat !== 'never';
  }
  return error.status === 429;
}

function isAbsent(error: LatchkeyError): boolean {
  return error.status === 404 && (error.code === ErrorCode.KeyNotFound || error.code === ErrorCode.NotFound);
}

function objectOf(text: string): object {
  const body: unknown = JSON.parse(text);
  if (typeof body !== 'object' || body === null) {
    throw new TypeError('It is no object.');
  }
  return body;
}

/** The error of `fetch` often says only that it failed; its cause says why. */
function reasonIn(cause: unknown): string {
  const inner = (cause as { cause?: { message?: string; code?: string } } | undefined)?.cause;
  return inner?.message || inner?.code || String((cause as Error | undefined)?.message ?? cause);
}
