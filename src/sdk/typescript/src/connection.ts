import { throwIfAborted } from './abort.js';
import type { Answer } from './answer.js';
import type { Clock } from './clock.js';
import { Deadline } from './deadline.js';
import { ErrorKind, failure, type LatchkeyError } from './error.js';
import type { Session } from './session.js';
import { EventParser, type ServerEvent } from './sse.js';
import { onWake } from './wake.js';

/** What messages begin with. */
export const LABEL = 'changes';

/** What it takes to follow changes. */
export interface Following {
  /** Opens a stream for this user. */
  readonly open: (owner: string, options: { since: number; values: boolean | undefined; signal: AbortSignal }) => Promise<Answer>;
  readonly session: () => Session;
  readonly clock: Clock;
  /** How long a stream may be silent. */
  readonly silenceMs: number;
  readonly log: (line: string) => void;
}

/** How the changes of one user are followed. */
export interface Course {
  readonly owner: string;
  readonly since?: number;
  readonly values?: boolean;
  readonly signal: AbortSignal;
  /** Called when there is no connection, each time an attempt has failed. */
  readonly onLost?: (error: LatchkeyError) => void;
}

/** One stream, from the request to its end. */
export class Connection {
  readonly #following: Following;
  readonly #course: Course;
  readonly #aborting = new AbortController();
  readonly #parser = new EventParser();
  readonly #stops: (() => void)[] = [];
  #isOpen = false;
  #heardAt: number;

  /** Whether it was ended from here, to begin another at once. */
  isLeft = false;
  accessToken: string | undefined;

  constructor(following: Following, course: Course) {
    this.#following = following;
    this.#course = course;
    this.#heardAt = following.clock.now();
    const abort = () => this.#aborting.abort(course.signal.reason);
    course.signal.addEventListener('abort', abort);
    this.#stops.push(
      () => course.signal.removeEventListener('abort', abort),
      following.session().listen(() => this.#isOpen && this.#leave()),
      // The timers of a page that was asleep are late.
      onWake(() => following.clock.now() - this.#heardAt > following.silenceMs && this.#leave()),
    );
  }

  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  get retryMs(): number | undefined {
    return this.#parser.retryMs;
  }

  async *events(since: number): AsyncGenerator<ServerEvent, void, undefined> {
    const { open, clock } = this.#following;
    const session = this.#following.session();
    const { stream, status, headers, tokens } = await open(this.#course.owner, { since, values: this.#course.values, signal: this.signal });
    if (!stream) {
      throw failure(ErrorKind.ClientFailure, LABEL, 'the fetch of this platform gives no streams: give the client one that does.', { status });
    }
    const reader = stream.getReader();
    try {
      if (!/^text\/event-stream\b/i.test(headers.get('Content-Type') ?? '')) {
        throw failure(ErrorKind.UnusableAnswer, LABEL, `the answer (status ${status}) is no stream of a Latchkey server. Is the address right?`, { status });
      }
      this.accessToken = tokens?.accessToken;
      this.#isOpen = true;
      if ((await session.owner()) !== this.#course.owner) {
        this.isLeft = true;
        return;
      }
      // A token that lives for some seconds only is used to its end.
      const isLasting = tokens !== undefined && session.msUntilRefresh(tokens) > 0;
      const decoder = new TextDecoder();
      for (;;) {
        const bytes = await this.#read(reader, isLasting ? session.msUntilRefresh(tokens) : Infinity);
        if (bytes === undefined) {
          return;
        }
        this.#heardAt = clock.now();
        yield* this.#parser.events(decoder.decode(bytes, { stream: true }));
      }
    } finally {
      this.#isOpen = false;
      reader.cancel().catch(() => {});
    }
  }

  /** The next bytes; undefined at the end of the stream, or when another token is needed. */
  async #read(reader: ReadableStreamDefaultReader<Uint8Array>, untilRefreshMs: number): Promise<Uint8Array | undefined> {
    const { silenceMs } = this.#following;
    const deadline = new Deadline(this.signal, Math.min(silenceMs, untilRefreshMs));
    try {
      return (await deadline.run(() => reader.read())).value;
    } catch (cause) {
      throwIfAborted(this.signal);
      if (deadline.timeout && untilRefreshMs < silenceMs) {
        this.isLeft = true;
        return undefined;
      }
      const what = deadline.timeout ? `nothing has come for ${silenceMs / 1000} seconds.` : `the stream broke off (${String((cause as Error | undefined)?.message ?? cause)}).`;
      throw failure(deadline.timeout ? ErrorKind.Timeout : ErrorKind.NoAnswer, LABEL, what, { cause });
    }
  }

  #leave(): void {
    this.isLeft = true;
    this.#aborting.abort();
  }

  end(): void {
    this.#stops.forEach((stop) => stop());
  }
}
