import type { Session } from './session.js';
import { type Answer, etagIn } from './answer.js';
import { ErrorKind, failure, LatchkeyError } from './error.js';
import type { Operation, PathParameter } from './operation.js';
import type { Transport } from './transport.js';
import { uuid } from './uuid.js';

const IDEMPOTENCY_KEY = 'Idempotency-Key';
const LINES = 'application/x-ndjson';

/** The request to send. */
export interface CallRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  /** The body before it is serialized; undefined if there is none. */
  readonly body: any;
}

/** The second argument of `fetch`, together with the options of the operation; or a function that makes the former from the default one. */
export type CallInit<Options = {}> = (Omit<RequestInit, keyof Options> & Options) | ((request: { readonly init: CallRequest }) => RequestInit | Promise<RequestInit>);

/** Something that has an ETag. */
export interface Tagged {
  /** Changes whenever the entry changes; give it as `ifMatch` or `ifNoneMatch`. */
  readonly etag: string;
}

/** The result of an operation that may create something. */
export interface Upserted {
  /** Whether there was nothing before. */
  readonly created: boolean;
}

/** The body of a response, and what its status and its headers say; generated code knows which it may have. */
export type Result<Body, Headers, Status> = Body & ('ETag' extends Headers ? Tagged : unknown) & (200 | 201 extends Status ? Upserted : unknown);

/** Makes a call. Its result is the {@link Result} of the operation, or undefined for a status of 304. */
export type Call = (operation: Operation<unknown>, init?: AnyInit) => Promise<any>;

/** An option of an operation may have the name of one of `fetch`, as `mode` has. */
type AnyInit = CallInit<{ [name in keyof RequestInit]: unknown }>;

/** The options of the operation that are in the last argument. */
export function optionsIn<Options extends object>(init: CallInit<Options> | undefined): Options | { [name in keyof Options]?: undefined } {
  return typeof init === 'function' ? {} : (init ?? {});
}

/** Makes the calls of a client; every failure is a {@link LatchkeyError}, except for the reason of a signal. */
export function calls(base: string, transport: Transport, session: () => Session): Call {
  return async (operation, given) => {
    const label = `${operation.id} (${operation.method} ${base}${operation.path})`;
    let signal: AbortSignal | null | undefined;
    try {
      const request = requestOf(operation);
      const init: RequestInit = { ...request, ...(typeof given === 'function' ? await given({ init: request }) : forFetch(operation, given)) };
      const headers = new Headers(init.headers);
      // The caller may have replaced all headers, but a condition must never be lost.
      present(operation.headers).forEach(([name, value]) => headers.set(name, value));
      if (canBeIdempotent(operation) && !headers.has(IDEMPOTENCY_KEY)) {
        headers.set(IDEMPOTENCY_KEY, request.headers[IDEMPOTENCY_KEY]);
      }
      init.headers = headers;
      // Lines of JSON are text already.
      if (operation.mediaType !== undefined && operation.mediaType !== LINES) {
        init.body = JSON.stringify(init.body);
      }
      signal = init.signal;
      const repeat = canBeIdempotent(operation) ? 'always' : operation.repeat;
      const answer = await transport.send(base + request.path, label, init, { ...operation, repeat }, session());
      if (operation.isStream) {
        return answer;
      }
      if (answer.status === 304) {
        return undefined;
      }
      try {
        const result = operation.read(answer.json());
        if (hasNoData(result)) {
          throw new TypeError('It has no data.');
        }
        removeAbsent(result);
        return { ...(result as object), ...inHead(operation, answer) };
      } catch (cause) {
        throw failure(ErrorKind.UnusableAnswer, label, `the answer (status ${answer.status}) is not one of a Latchkey server. Is the address right?`, {
          status: answer.status,
          requestId: answer.headers.get('X-Request-Id') ?? undefined,
          cause,
        });
      }
    } catch (error) {
      if (error instanceof LatchkeyError || signal?.aborted) {
        throw error;
      }
      throw failure(ErrorKind.ClientFailure, label, String((error as Error | undefined)?.message ?? error), { cause: error });
    }
  };
}

/** Makes calls that do no harm if they are done twice, whatever the contract says of their operation: they are retried wherever that may help. */
export function repeating(call: Call): Call {
  return (operation, init) => call({ ...operation, repeat: 'always' }, init);
}

/** Makes the calls of this user only, as {@link ownerOf} has it. */
export function callsOf(owner: string, call: Call): Call {
  return (operation, init) => call({ ...operation, owner }, init);
}

/** Opens streams: their result is the {@link Answer}. It tries once. */
export function streaming(call: Call): Call {
  return (operation, init) => call({ ...operation, isStream: true, repeat: 'never' }, init);
}

/** What is for `fetch`. */
function forFetch({ options }: Operation<unknown>, given: object = {}): RequestInit {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !options.includes(name)));
}

/** What the head of a response says and its body does not. */
function inHead({ responseHeaders, successes }: Operation<unknown>, answer: Answer): Partial<Tagged & Upserted> {
  return {
    ...(responseHeaders.includes('ETag') ? { etag: etagIn(answer.headers) as string } : {}),
    ...(successes.includes(200) && successes.includes(201) ? { created: answer.status === 201 } : {}),
  };
}

/** The generated code reads absent members as undefined; an optional member of a later version must not appear in what is read today. */
function removeAbsent(result: unknown): void {
  if (typeof result === 'object' && result !== null) {
    for (const [name, value] of Object.entries(result)) {
      if (value === undefined) {
        delete (result as Record<string, unknown>)[name];
      } else {
        removeAbsent(value);
      }
    }
  }
}

/** Whether a response that should have data has none. */
function hasNoData(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'data' in result && (result.data === undefined || result.data === null);
}

function requestOf(operation: Operation<unknown>): CallRequest {
  let path = operation.path;
  for (const [name, parameter] of Object.entries(operation.pathParameters)) {
    path = path.replace(`{${name}}`, () => segment(name, parameter));
  }
  const query = present(operation.query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const headers: Record<string, string> = { Accept: operation.isStream ? 'text/event-stream' : 'application/json' };
  if (operation.mediaType !== undefined) {
    headers['Content-Type'] = operation.mediaType;
  }
  if (canBeIdempotent(operation)) {
    headers[IDEMPOTENCY_KEY] = uuid();
  }
  Object.assign(headers, Object.fromEntries(present(operation.headers)));
  return {
    method: operation.method,
    path: path + (query.length === 0 ? '' : `?${query.join('&')}`),
    headers,
    body: operation.body?.(),
  };
}

/** Whether the server takes a key by which it knows a repeated request. */
function canBeIdempotent(operation: Operation<unknown>): boolean {
  return IDEMPOTENCY_KEY in operation.headers;
}

/** The parameters that were given. */
function present(parameters: Record<string, unknown>): [string, string][] {
  return Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, String(value)]);
}

/** Encodes a path segment. Refuses empty ones and those of dots, which HTTP clients remove, so that the path would be another one. */
function segment(name: string, { value, errorCode }: PathParameter): string {
  const text = String(value ?? '');
  let encoded = '';
  try {
    encoded = encodeURIComponent(text);
  } catch {
    // An unpaired surrogate, which has no UTF-8.
  }
  if (encoded === '' || text === '.' || text === '..') {
    const message = `The provided ${name} is not valid or missing.`;
    throw new LatchkeyError(message, { kind: ErrorKind.ClientFailure, status: 400, code: errorCode });
  }
  return encoded;
}
