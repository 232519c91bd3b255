import { ErrorResponseFromJSON, instanceOfErrorResponse } from './generated/models/ErrorResponse.js';
import type { ErrorCode } from './generated/models/ErrorCode.js';
import type { Answer } from './answer.js';
import type { FieldError } from './generated/models/FieldError.js';

/** What has gone wrong. A newer client may have more. */
export const ErrorKind = {
  /** The server says no, and `code` why. */
  Refused: 'REFUSED',
  /** The call needs somebody who is logged in, and nobody is. It was not sent. */
  NotLoggedIn: 'NOT_LOGGED_IN',
  /** The server could not be reached, or the connection broke. What writes may have been done. */
  NoAnswer: 'NO_ANSWER',
  /** The answer did not come in time. What writes may have been done. */
  Timeout: 'TIMEOUT',
  /** The answer is not one of a Latchkey server, but of a proxy, or of something else at the address. */
  UnusableAnswer: 'UNUSABLE_ANSWER',
  /** The call could not be made or finished here: an argument that cannot be sent, an address that is none, a token store that fails (`cause`). */
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
  cause?: unknown;
}

/**
 * Everything that can go wrong with a call, but for one that was aborted: that rejects with the reason of its signal. Where `kind` is `REFUSED`, the
 * message can be shown to a user; otherwise it is for whoever runs the program, and names the operation and the address.
 */
export class LatchkeyError extends Error {
  override readonly name = 'LatchkeyError';

  /** What has gone wrong. */
  readonly kind: ErrorKind;

  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;

  /** What to program against. A newer server may send one that is not in `ErrorCode`; an answer that is not Latchkey's has none. */
  readonly code: ErrorCode | (string & {}) | undefined;

  /** What exactly is wrong, field by field; `field` is the name of the member as it is here, such as `fullName`. */
  readonly errors: readonly FieldError[];

  /** Names the request in the server's log. */
  readonly requestId: string | undefined;

  /** The seconds after which it is worth trying again, where the server said so. */
  readonly retryAfter: number | undefined;

  constructor(message: string, details: Details = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.kind = details.kind ?? ErrorKind.Refused;
    this.status = details.status ?? 0;
    this.code = details.code;
    this.errors = details.errors ?? [];
    this.requestId = details.requestId;
    this.retryAfter = details.retryAfter;
  }

  /** Reads an answer that is no success. */
  static of(label: string, answer: Answer, now: number): LatchkeyError {
    const { status, headers } = answer;
    const retryAfter = secondsOf(headers.get('Retry-After'), now);
    const requestId = headers.get('X-Request-Id') ?? undefined;
    const body = parsed(answer.text);
    if (typeof body !== 'object' || body === null || !instanceOfErrorResponse(body)) {
      return failure(ErrorKind.UnusableAnswer, label, `the answer (status ${status}) is not one of a Latchkey server.`, { status, requestId, retryAfter });
    }
    const { code, message, errors, requestId: inBody } = ErrorResponseFromJSON(
      'errors' in body && !Array.isArray(body.errors) ? { ...body, errors: [] } : body,
    );
    return new LatchkeyError(message, {
      status,
      code,
      errors: (errors ?? []).map((error) => ({ ...error, field: camelCase(error.field) })),
      requestId: inBody ?? requestId,
      retryAfter,
    });
  }
}

/** A failure that no server has described. */
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

function camelCase(name: string): string {
  return String(name).replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
