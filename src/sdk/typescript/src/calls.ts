import type { Session } from './session.js';
import { ErrorKind, failure, LatchkeyError } from './error.js';
import type { Operation, PathParameter } from './operation.js';
import type { Transport } from './transport.js';

/** The request to send. */
export interface CallRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  /** The body before it is serialized; undefined if there is none. */
  readonly body: any;
}

/** The second argument of `fetch`, or a function that makes it from the default one. */
export type CallInit = RequestInit | ((request: { readonly init: CallRequest }) => RequestInit | Promise<RequestInit>);

/** Makes a call. */
export type Call = <T>(operation: Operation<T>, init?: CallInit) => Promise<T>;

/** Makes the calls of a client; every failure is a {@link LatchkeyError}, except for the reason of a signal. */
export function calls(base: string, transport: Transport, session: () => Session): Call {
  return async (operation, given) => {
    const label = `${operation.id} (${operation.method} ${base}${operation.path})`;
    let signal: AbortSignal | null | undefined;
    try {
      const request = requestOf(operation);
      const init: RequestInit = { ...request, ...(typeof given === 'function' ? await given({ init: request }) : given) };
      if (operation.mediaType !== undefined) {
        init.body = JSON.stringify(init.body);
      }
      signal = init.signal;
      const answer = await transport.send(base + request.path, label, init, operation, session());
      try {
        const result = operation.read(answer.json());
        if (hasNoData(result)) {
          throw new TypeError('It has no data.');
        }
        return result;
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

/** The generated code reads absent members as undefined. */
function hasNoData(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'data' in result && (result.data === undefined || result.data === null);
}

function requestOf(operation: Operation<unknown>): CallRequest {
  let path = operation.path;
  for (const [name, parameter] of Object.entries(operation.pathParameters)) {
    path = path.replace(`{${name}}`, () => segment(name, parameter));
  }
  const query = Object.entries(operation.query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (operation.mediaType !== undefined) {
    headers['Content-Type'] = operation.mediaType;
  }
  for (const [name, value] of Object.entries(operation.headers)) {
    if (value !== undefined && value !== null) {
      headers[name] = String(value);
    }
  }
  return {
    method: operation.method,
    path: path + (query.length === 0 ? '' : `?${query.join('&')}`),
    headers,
    body: operation.body?.(),
  };
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
