/** The reason of an aborted signal; old platforms have none. */
export function reasonOf(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? named('AbortError', 'This operation was aborted');
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw reasonOf(signal);
  }
}

/** An error as the platform throws it, where it has that class. */
export function named(name: string, message: string): Error {
  return typeof DOMException === 'undefined' ? Object.assign(new Error(message), { name }) : new DOMException(message, name);
}
