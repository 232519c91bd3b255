import { ErrorResponseFromJSON, instanceOfErrorResponse } from './generated/models/ErrorResponse.js';
import type { ErrorCode } from './generated/models/ErrorCode.js';
import type { FieldError } from './generated/models/FieldError.js';

interface Details {
  status?: number;
  code?: string;
  errors?: FieldError[];
  requestId?: string | undefined;
  retryAfter?: number | undefined;
  cause?: unknown;
}

/** Everything that can go wrong with a call, but for one that was aborted: that rejects with the reason of its signal. */
export class LatchkeyError extends Error {
  override readonly name = 'LatchkeyError';

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
    this.status = details.status ?? 0;
    this.code = details.code;
    this.errors = details.errors ?? [];
    this.requestId = details.requestId;
    this.retryAfter = details.retryAfter;
  }

  /** Reads an answer that is no success. */
  static async of(response: Response, now: number): Promise<LatchkeyError> {
    const status = response.status;
    const retryAfter = secondsOf(response.headers.get('Retry-After'), now);
    const requestId = response.headers.get('X-Request-Id') ?? undefined;
    const body = parsed(await response.text());
    if (typeof body !== 'object' || body === null || !instanceOfErrorResponse(body)) {
      return new LatchkeyError(`The server answered with status ${status}.`, { status, requestId, retryAfter });
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
