import { named, reasonOf } from './abort.js';
import { waitFor } from './clock.js';

/**
 * Ends a request when the caller wants it to, or when it has taken too long. `AbortSignal.any` and `.timeout` would do that, but React Native, Safari 16 and
 * early Node.js 20 lack them.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #abort = () => this.#controller.abort(reasonOf(this.#caller));

  /** The timeout error; undefined if there was no timeout yet. */
  timeout: Error | undefined;

  constructor(caller: AbortSignal | undefined, ms: number) {
    this.#caller = caller;
    this.#timer = setTimeout(() => {
      this.timeout = named('TimeoutError', 'The operation was aborted due to timeout');
      this.#controller.abort(this.timeout);
    }, ms);
    if (caller?.aborted) {
      this.#abort();
    } else {
      caller?.addEventListener('abort', this.#abort);
    }
  }

  /** Runs the work with the signal; does not wait for work that ignores an abort. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await waitFor(work(this.#controller.signal), this.#controller.signal);
    } finally {
      clearTimeout(this.#timer);
      this.#caller?.removeEventListener('abort', this.#abort);
    }
  }
}
