import type { ErrorCode } from './generated/models/ErrorCode.js';

/** A value for a segment of the path, and the code of the error if it cannot be one. */
export interface PathParameter {
  readonly value: unknown;
  readonly errorCode: ErrorCode;
}

/** The description of a call by the generated code. */
export interface Operation<T> {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly pathParameters: Record<string, PathParameter>;
  readonly query: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
  /** The names of its options. */
  readonly options: readonly string[];
  /** The statuses of its success. */
  readonly successes: readonly number[];
  /** The headers that a success has. */
  readonly responseHeaders: readonly string[];
  /** When it may be retried although it may have been done: after a 503, or also after a broken connection. */
  readonly repeat: 'never' | 'unavailable' | 'always';
  /** Whether its success ends the session, and so makes the tokens invalid. */
  readonly endsSession: boolean;
  /** Whether it needs a token. */
  readonly isSecured: boolean;
  /** Whose call it is, as {@link ownerOf} has it: it is not made if another user is logged in. */
  readonly owner?: string;
  /** Whether it is for server-sent events: its result is the {@link Answer}, as soon as that has begun. */
  readonly isStream?: boolean;
  readonly mediaType?: string;
  readonly body?: () => unknown;
  readonly read: (json: any) => T;
}
