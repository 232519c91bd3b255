import { type Clock, waitFor } from './clock.js';
import type { LatchkeyError } from './error.js';
import { onWake } from './wake.js';

const FIRST_MS = 500;
const LONGEST_MS = 20_000;

/** The pauses between attempts that fail: longer each time, up to half a minute, and not the same for all clients. */
export class Pause {
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  #failures = 0;

  /** What the server asks for. */
  minimumMs = 0;

  constructor(clock: Clock, log: (line: string) => void) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Something has succeeded. */
  reset(): void {
    this.#failures = 0;
  }

  /** A page that wakes up or gets a network goes on at once, but not before the time in `Retry-After`. */
  async after({ message, retryAfter }: LatchkeyError, signal: AbortSignal | undefined): Promise<void> {
    const least = Math.max(this.minimumMs, Math.min(FIRST_MS * 2 ** this.#failures++, LONGEST_MS));
    const ms = Math.round(Math.max(least, (retryAfter ?? 0) * 1000) * (1 + Math.random() / 2));
    this.#log(`${message} Again in ${ms / 1000} s`);
    const waking = new AbortController();
    const abort = () => waking.abort();
    const stopListening = retryAfter === undefined ? onWake(abort) : () => {};
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) {
      abort();
    }
    try {
      await waitFor(this.#clock.wait(ms, waking.signal), waking.signal);
    } catch (error) {
      if (!waking.signal.aborted) {
        throw error;
      }
    } finally {
      stopListening();
      signal?.removeEventListener('abort', abort);
    }
  }
}
