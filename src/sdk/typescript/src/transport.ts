import { ErrorCode } from './generated/models/ErrorCode.js';
import type { Clock } from './clock.js';
import { LatchkeyError } from './error.js';
import type { Session } from './session.js';

/** What the generated code puts where a token is wanted: it knows from the contract where that is. */
export const TOKEN_WANTED = 'wanted';

const ENDS_SESSION = new Set(['DELETE /api/me', 'DELETE /api/token', 'DELETE /api/sessions']);
const POSTS_THAT_CAN_BE_REPEATED = new Set(['POST /api/token', 'POST /api/token/refresh']);
const REFRESH = 'POST /api/token/refresh';
// Done twice, these would say something that is not so: the old password is wrong by then, and the account's token refused.
const OTHERWISE_WHEN_REPEATED = new Set(['PUT /api/me/password', 'DELETE /api/me']);

/** How long one request may take, and how often and how long a call is tried again. */
export interface Patience {
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly maxWaitMs: number;
}

interface Call {
  /** Method and path, such as `GET /api/me`. */
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly signal: AbortSignal | undefined;
  retries: number;
  waitedMs: number;
}

/** Sends the requests of the generated code: with a token, again where that may help, and with one kind of error. */
export class Transport {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #clock: Clock;
  readonly #patience: Patience;

  constructor(base: string, fetchApi: typeof fetch, clock: Clock, patience: Patience) {
    this.#base = base;
    this.#fetch = fetchApi;
    this.#clock = clock;
    this.#patience = patience;
  }

  async send(url: string, init: RequestInit, session: Session): Promise<Response> {
    const call = this.#call(url, init);
    const headers = new Headers(init.headers);
    if (headers.get('Authorization') !== `Bearer ${TOKEN_WANTED}`) {
      return await this.#answer(call, { ...init, headers });
    }
    const logIn = ENDS_SESSION.has(call.name) ? await session.logIn() : undefined;
    const answer = await this.#withToken(call, { ...init, headers }, headers, session);
    if (logIn !== undefined) {
      await session.end(logIn);
    }
    return answer;
  }

  async #withToken(call: Call, init: RequestInit, headers: Headers, session: Session): Promise<Response> {
    const tokens = await session.tokens(undefined, call.signal);
    try {
      return await this.#answer(call, authorized(init, headers, tokens?.accessToken));
    } catch (error) {
      if (tokens === undefined || !(error instanceof LatchkeyError && error.code === ErrorCode.InvalidToken)) {
        throw error;
      }
      const fresh = await session.tokens(tokens.accessToken, call.signal);
      // Somebody else may have logged in, here or in another tab, whom this call is not for.
      if (fresh?.username !== tokens.username || fresh.accessToken === tokens.accessToken) {
        throw error;
      }
      return await this.#answer(call, authorized(init, headers, fresh.accessToken));
    }
  }

  /** A successful answer; anything else is thrown. */
  async #answer(call: Call, init: RequestInit): Promise<Response> {
    let isUnknownWhetherDone = false;
    for (;;) {
      const answer = await this.#onceConnected(call, init);
      if (answer instanceof Response) {
        return answer;
      }
      if (isUnknownWhetherDone && call.method === 'DELETE' && isAbsent(answer)) {
        return Response.json({ status: 'success', message: 'Deleted successfully.' });
      }
      if (!mayRepeat(call, answer)) {
        throw answer;
      }
      await this.#wait(call, answer);
      isUnknownWhetherDone ||= answer.status === 503;
    }
  }

  async #onceConnected(call: Call, init: RequestInit): Promise<Response | LatchkeyError> {
    const again = call.method === 'GET' || call.name === REFRESH;
    for (let isLast = !again; ; isLast = true) {
      try {
        // A redirect would take a password or a refresh token wherever it leads.
        const response = await this.#fetch(call.url, { redirect: 'manual', ...init, signal: this.#inTime(call) });
        return response.ok ? checked(response, call.signal) : await LatchkeyError.of(response, this.#clock.now());
      } catch (cause) {
        call.signal?.throwIfAborted();
        if (isLast || isTimeout(cause)) {
          throw new LatchkeyError('The server could not be reached.', { cause });
        }
      }
    }
  }

  /** Ends a request, its answer's body included, when the caller wants it to, or when it has taken too long. */
  #inTime(call: Call): AbortSignal {
    const timeout = AbortSignal.timeout(this.#patience.timeoutMs);
    return call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
  }

  async #wait(call: Call, error: LatchkeyError): Promise<void> {
    const ms = (error.retryAfter ?? 1) * 1000;
    if (call.retries >= this.#patience.maxRetries || call.waitedMs + ms > this.#patience.maxWaitMs) {
      throw error;
    }
    call.retries++;
    call.waitedMs += ms;
    await this.#clock.wait(ms, call.signal);
  }

  #call(url: string, init: RequestInit): Call {
    const method = init.method ?? 'GET';
    const path = url.slice(this.#base.length);
    if (/\/\.{0,2}$/.test(path)) {
      // It would go to another path: every client of HTTP takes such segments out.
      throw path.startsWith('/api/data/')
        ? new LatchkeyError('The provided key is not valid or missing.', { status: 400, code: ErrorCode.InvalidKey })
        : new LatchkeyError('Invalid request. The request could not be understood.', {
            status: 400,
            code: ErrorCode.InvalidRequest,
          });
    }
    return { name: `${method} ${path}`, method, url, signal: init.signal ?? undefined, retries: 0, waitedMs: 0 };
  }
}

function authorized(init: RequestInit, headers: Headers, accessToken: string | undefined): RequestInit {
  const own = new Headers(headers);
  if (accessToken === undefined) {
    own.delete('Authorization');
  } else {
    own.set('Authorization', `Bearer ${accessToken}`);
  }
  return { ...init, headers: own };
}

/** 429 means that nothing was done. After a 503 it may have been, so that only what can be done twice is. */
function mayRepeat(call: Call, error: LatchkeyError): boolean {
  if (error.status === 503) {
    return (call.method !== 'POST' && !OTHERWISE_WHEN_REPEATED.has(call.name)) || POSTS_THAT_CAN_BE_REPEATED.has(call.name);
  }
  return error.status === 429;
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'TimeoutError';
}

function isAbsent(error: LatchkeyError): boolean {
  return error.status === 404 && (error.code === ErrorCode.KeyNotFound || error.code === ErrorCode.NotFound);
}

/** The answer, whose body can break off, or not be JSON, only with our own error. */
function checked(response: Response, signal: AbortSignal | undefined): Response {
  const json = response.json.bind(response);
  response.json = async () => {
    try {
      const body: unknown = await json();
      if (typeof body === 'object' && body !== null) {
        return body;
      }
    } catch (cause) {
      signal?.throwIfAborted();
      throw new LatchkeyError(
        cause instanceof SyntaxError ? 'The answer is not JSON.' : 'The answer did not arrive whole.',
        { status: response.status, cause },
      );
    }
    throw new LatchkeyError('The answer is not one of a Latchkey server.', { status: response.status });
  };
  return response;
}
