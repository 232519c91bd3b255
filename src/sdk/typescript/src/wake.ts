import { waitFor } from './clock.js';

interface Page extends EventTarget {
  readonly visibilityState?: string;
}

const { document } = globalThis as { document?: Page };

/**
 * Calls the listener when a page may have been asleep, or has got a network: what waits then need not wait any longer. Call the result to remove it. Where
 * there are no pages, nothing calls it.
 */
export function onWake(listener: () => void): () => void {
  const targets: [Partial<EventTarget> | undefined, string][] = [
    [globalThis as Partial<EventTarget>, 'online'],
    [globalThis as Partial<EventTarget>, 'pageshow'],
    [document, 'visibilitychange'],
  ];
  for (const [target, name] of targets) {
    target?.addEventListener?.(name, listener);
  }
  return () => {
    for (const [target, name] of targets) {
      target?.removeEventListener?.(name, listener);
    }
  };
}

/** How long a page may be hidden before the work is left. */
const HIDDEN_MS = 30_000;

/** Does the work as long as somebody can see the page, or always with `whileHidden`, and none of the signals is aborted; does not fail because of these. */
export async function whileSeen(whileHidden: boolean, signals: AbortSignal[], work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const isSeen = () => whileHidden || document?.visibilityState !== 'hidden';
  const working = new AbortController();
  const abort = () => working.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let begin = () => {};
  const seen = new Promise<void>((resolve) => (begin = resolve));
  const look = () => {
    clearTimeout(timer);
    if (isSeen()) {
      begin();
    } else {
      timer = setTimeout(abort, HIDDEN_MS);
    }
  };
  const stopListening = onWake(look);
  signals.forEach((signal) => (signal.aborted ? abort() : signal.addEventListener('abort', abort)));
  try {
    if (!isSeen()) {
      await waitFor(seen, working.signal);
    }
    await work(working.signal);
  } catch (error) {
    if (!working.signal.aborted) {
      throw error;
    }
  } finally {
    clearTimeout(timer);
    stopListening();
    signals.forEach((signal) => signal.removeEventListener('abort', abort));
  }
}
