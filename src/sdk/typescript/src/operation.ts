import type { ErrorCode } from './generated/models/ErrorCode.js';

/** A value that becomes a segment of the path, and the code of the error that it is none. */
export interface PathParameter {
  readonly value: unknown;
  readonly errorCode: ErrorCode;
}

/** What the generated code says of a call. */
export interface Operation<T> {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly pathParameters: Record<string, PathParameter>;
  readonly query: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
  /** When it may be sent again though it may have been done: after a 503, or also where the connection broke. */
  readonly repeat: 'never' | 'unavailable' | 'always';
  /** Whether the tokens that it was called with are good for nothing after its success. */
  readonly endsSession: boolean;
  /** Whether it needs a token. */
  readonly isSecured: boolean;
  readonly mediaType?: string;
  readonly body?: () => unknown;
  readonly read: (json: any) => T;
}
