import { reasonOf } from './abort.js';

/** Time and waiting; tests replace it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;

  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as that is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),

  wait: (ms, signal) =>
    unlessAborted(signal, (resolve) => {
      const timer = setTimeout(resolve, ms);
      return () => clearTimeout(timer);
    }),
};

/** Work that several callers wait for: aborting one does not affect the others. */
export function waitFor<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return unlessAborted(signal, (resolve, reject) => {
    promise.then(resolve, reject);
    return () => {};
  });
}

function unlessAborted<T>(
  signal: AbortSignal | undefined,
  start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      stop();
      reject(reasonOf(signal));
    };
    const settle = <V>(how: (value: V) => void) => (value: V) => {
      signal?.removeEventListener('abort', abort);
      how(value);
    };
    const stop = start(settle(resolve), settle(reject));
    if (signal?.aborted) {
      abort();
    } else {
      signal?.addEventListener('abort', abort);
    }
  });
}
