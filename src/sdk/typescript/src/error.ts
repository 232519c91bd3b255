import { ErrorResponseFromJSON, instanceOfErrorResponse } from './generated/models/ErrorResponse.js';
import { ErrorCode } from './generated/models/ErrorCode.js';
import { type Answer, etagIn } from './answer.js';
import type { FieldError } from './generated/models/FieldError.js';

/** The kind of a failure. Later versions may add kinds. */
export const ErrorKind = {
  /** The server refused the call; `code` says why. */
  Refused: 'REFUSED',
  /** The call needs a user, and nobody is logged in. It was not sent. */
  NotLoggedIn: 'NOT_LOGGED_IN',
  /** The server could not be reached, or the connection broke. A write may have been done. */
  NoAnswer: 'NO_ANSWER',
  /** The response did not come in time. A write may have been done. */
  Timeout: 'TIMEOUT',
  /** The response is not from a Latchkey server, but from a proxy or something else at the address. */
  UnusableAnswer: 'UNUSABLE_ANSWER',
  /** The call failed in the client: an argument that cannot be sent, an invalid address, a token store that fails (`cause`). */
  ClientFailure: 'CLIENT_FAILURE',
} as const;
export type ErrorKind = (typeof ErrorKind)[keyof typeof ErrorKind];

interface Details {
  kind?: ErrorKind;
  status?: number;
  code?: string;
  errors?: FieldError[];
  requestId?: string | undefined;
  retryAfter?: number | undefined;
  etag?: string | undefined;
  revision?: number | undefined;
  cause?: unknown;
}

/**
 * Every failure of a call, except for an aborted one, which rejects with the reason of its signal. If `kind` is `REFUSED`, the
 * message can be shown to a user; otherwise it is for the operator of the program, and names the operation and the address.
 */
export class LatchkeyError extends Error {
  override readonly name = 'LatchkeyError';

  /** The kind of the failure. */
  readonly kind: ErrorKind;

  /** The HTTP status; 0 if there was no response. */
  readonly status: number;

  /** The error code. A newer server may send one that is not in `ErrorCode`; a response that is not from Latchkey has none. */
  readonly code: ErrorCode | (string & {}) | undefined;

  /** What exactly is wrong, field by field; `field` is the name of the member as it is here, such as `fullName`. */
  readonly errors: readonly FieldError[];

  /** The id of the request in the server's log. */
  readonly requestId: string | undefined;

  /** The seconds to wait before a retry, if the server said so. */
  readonly retryAfter: number | undefined;

  /** The ETag of the entry as it is now, if a condition was not met (`PRECONDITION_FAILED`); undefined if there is no entry. */
  readonly etag: string | undefined;

  /** Where the data is now, if it is not known any more what has changed since (`CHANGES_GONE`). */
  readonly revision: number | undefined;

  constructor(message: string, details: Details = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.kind = details.kind ?? ErrorKind.Refused;
    this.status = details.status ?? 0;
    this.code = details.code;
    this.errors = details.errors ?? [];
    this.requestId = details.requestId;
    this.retryAfter = details.retryAfter;
    this.etag = details.etag;
    this.revision = details.revision;
  }

  /** Reads an error response. */
  static of(label: string, answer: Answer, now: number): LatchkeyError {
    const { status, headers } = answer;
    const retryAfter = secondsOf(headers.get('Retry-After'), now);
    const requestId = headers.get('X-Request-Id') ?? undefined;
    const body = parsed(answer.text);
    if (typeof body !== 'object' || body === null || !instanceOfErrorResponse(body)) {
      return failure(ErrorKind.UnusableAnswer, label, `the answer (status ${status}) is not one of a Latchkey server.`, { status, requestId, retryAfter });
    }
    const { code, message, errors, requestId: inBody, revision } = ErrorResponseFromJSON(
      'errors' in body && !Array.isArray(body.errors) ? { ...body, errors: [] } : body,
    );
    return new LatchkeyError(message, {
      status,
      code,
      errors: (errors ?? []).map((error) => ({ ...error, field: camelCase(error.field) })),
      requestId: inBody ?? requestId,
      retryAfter,
      etag: etagIn(headers),
      revision,
    });
  }
}

/** Whether the same call may work later. */
export function isTransient(error: unknown): error is LatchkeyError {
  return (
    error instanceof LatchkeyError &&
    (error.kind === ErrorKind.NoAnswer || error.kind === ErrorKind.Timeout || error.status === 429 || error.status >= 500)
  );
}

/** A call that needs a user was not made. */
export function notLoggedIn(message = 'You are not logged in: call logIn first.'): LatchkeyError {
  return new LatchkeyError(message, { kind: ErrorKind.NotLoggedIn, status: 401, code: ErrorCode.InvalidToken });
}

/** Whether the log-in is over. */
export function isLogInOver(error: unknown): boolean {
  return error instanceof LatchkeyError && (error.code === ErrorCode.InvalidToken || error.code === ErrorCode.InvalidRefreshToken);
}

/** A failure without an error response. */
export function failure(kind: ErrorKind, label: string, what: string, details: Details = {}): LatchkeyError {
  return new LatchkeyError(`${label}: ${what}`, { ...details, kind });
}

/** A number of seconds or a date (RFC 9110, section 10.2.3); `Date.parse` would find a date in almost anything. */
function secondsOf(retryAfter: string | null, now: number): number | undefined {
  if (retryAfter === null) {
    return undefined;
  }
  const date = /^[A-Z][a-z]{2}, .* GMT$/.test(retryAfter) ? Date.parse(retryAfter) : NaN;
  const seconds = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : Math.ceil((date - now) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The name of a member as it is here. */
export function camelCase(name: string): string {
  return String(name).replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
