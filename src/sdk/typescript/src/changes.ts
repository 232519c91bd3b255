import { throwIfAborted } from './abort.js';
import { Connection, type Course, type Following, LABEL } from './connection.js';
import { ErrorKind, failure, isTransient, LatchkeyError } from './error.js';
import { ChangeFromJSON, instanceOfChange } from './generated/models/Change.js';
import { ErrorCode } from './generated/models/ErrorCode.js';
import type { CallOptions } from './latchkey.js';
import { Pause } from './pause.js';
import type { ServerEvent } from './sse.js';

export interface ChangesOptions extends CallOptions {
  /** The revision after which to begin; 0, which is before everything, without it. */
  since?: number;
  /** Whether the values come with the changes, which they do unless this is false. */
  values?: boolean;
  /** Whether it also says how far it has come. */
  positions?: boolean;
}

/** A key has this value now. */
export interface Put {
  readonly type: 'put';
  readonly revision: number;
  readonly key: string;
  readonly value: string;
  readonly etag: string;
  /** When the entry expires; absent if it does not. From then on treat it as deleted: the change that says so comes a moment later. */
  readonly expiresAt?: Date;
}

/** A key has no value any more: it was deleted, or has expired. */
export interface Deletion {
  readonly type: 'delete';
  readonly revision: number;
  readonly key: string;
  readonly etag: string;
}

/** All changes up to this revision have been given. It comes when there are no more for now, and after each pause. */
export interface Position {
  readonly type: 'position';
  readonly revision: number;
}

/**
 * The server does not know any more what has changed, or its data are older than `since`: the operator restored a backup. It is the last event. Forget the
 * copy, make a whole one anew, and begin from there. The data are at `revision` now.
 */
export interface Gone {
  readonly type: 'gone';
  readonly revision: number;
}

/** What `changes` gives, by its options. */
export type ChangeEvent<Values extends boolean = true, Positions extends boolean = false> =
  | ([Values] extends [true] ? Put : [Values] extends [false] ? Omit<Put, 'value'> : Omit<Put, 'value'> & Partial<Pick<Put, 'value'>>)
  | Deletion
  | Gone
  | ([Positions] extends [false] ? never : Position);

/** Follows the changes of who is logged in. Nothing is asked before the first event is. */
export function changes<Values extends boolean, Positions extends boolean>(
  following: Following,
  { signal, ...options }: ChangesOptions & { values?: Values; positions?: Positions },
): AsyncGenerator<ChangeEvent<Values, Positions>, void, undefined> {
  const leaving = new AbortController();
  let isLeft = false;
  const abort = () => leaving.abort(signal?.reason);
  const generator = (async function* () {
    throwIfAborted(signal);
    signal?.addEventListener('abort', abort);
    try {
      const owner = (await following.session().owner()) ?? '';
      for await (const event of follow(following, { ...options, owner, signal: leaving.signal })) {
        if (event.type !== 'position' || options.positions) {
          yield event as ChangeEvent<Values, Positions>;
        }
      }
    } catch (error) {
      throwIfAborted(signal);
      if (!isLeft) {
        throw error;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  })();
  // A generator alone would not be left before the next event.
  const leave = generator.return.bind(generator);
  generator.return = (value) => {
    isLeft = true;
    leaving.abort();
    return leave(value);
  };
  return generator;
}

/** Goes on for ever, over any number of connections, until it is aborted, the log-in is over, or the changes are gone. */
export async function* follow(following: Following, course: Course): AsyncGenerator<ChangeEvent<true, true>, void, undefined> {
  const { clock } = following;
  const session = following.session();
  const pause = new Pause(clock, (line) => following.log(`${LABEL}: ${line}`));
  let position = course.since ?? 0;
  for (;;) {
    throwIfAborted(course.signal);
    const connection = new Connection(following, course);
    try {
      let end: { reason?: unknown; revision?: unknown } = {};
      for await (const event of connection.events(position)) {
        pause.reset();
        pause.minimumMs = connection.retryMs ?? pause.minimumMs;
        position = revisionIn(event) ?? position;
        if (event.type === 'change') {
          yield changeIn(event);
        } else if (event.type === 'position') {
          yield { type: 'position', revision: position };
        } else if (event.type === 'end') {
          end = jsonIn(event);
          break;
        }
      }
      if (end.reason === 'CHANGES_GONE') {
        yield { type: 'gone', revision: Number(end.revision ?? position) };
        return;
      }
      if (end.reason === 'TOKEN_EXPIRED' || end.reason === 'SESSION_ENDED') {
        if (end.reason === 'SESSION_ENDED') {
          await session.settled(course.signal);
        }
        // If the log-in is over, this says so, or the next request does.
        await session.tokens(connection.accessToken, course.signal);
      } else if (!connection.isLeft) {
        throw failure(ErrorKind.NoAnswer, LABEL, 'the server has ended the stream.');
      }
    } catch (error) {
      throwIfAborted(course.signal);
      if (error instanceof LatchkeyError && error.code === ErrorCode.ChangesGone) {
        yield { type: 'gone', revision: error.revision ?? position };
        return;
      }
      if (!connection.isLeft) {
        if (!isTransient(error)) {
          throw error;
        }
        course.onLost?.(error);
        await pause.after(error, course.signal);
      }
    } finally {
      connection.end();
    }
  }
}

function changeIn(event: ServerEvent): Put | Deletion {
  const json = jsonIn(event);
  if (!instanceOfChange(json)) {
    throw unusable(event);
  }
  const { type, revision, key, value, etag, expiresAt } = ChangeFromJSON(json);
  return type === 'delete'
    ? { type, revision, key, etag }
    : { type: 'put', revision, key, etag, ...(value !== undefined && { value }), ...(expiresAt && { expiresAt }) } as Put;
}

/** Where to go on after this event. */
function revisionIn({ id }: ServerEvent): number | undefined {
  return /^\d{1,16}$/.test(id) ? Number(id) : undefined;
}

function jsonIn(event: ServerEvent): { reason?: unknown; revision?: unknown } {
  try {
    const json: unknown = JSON.parse(event.data);
    if (typeof json === 'object' && json !== null) {
      return json;
    }
  } catch {
    // Not one of a Latchkey server.
  }
  throw unusable(event);
}

function unusable({ type }: ServerEvent): LatchkeyError {
  return failure(ErrorKind.UnusableAnswer, LABEL, `the event (${JSON.stringify(type)}) is not one of a Latchkey server. Is the address right?`);
}
