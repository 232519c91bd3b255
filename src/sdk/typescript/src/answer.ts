import type { Tokens } from './tokens.js';

/** A complete response; or, of a stream that was opened, the head of it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON object of the body; throws if it is not one. */
  json(): object;
  /** What a stream brings; null where `fetch` has no streams. */
  readonly stream?: ReadableStream<Uint8Array> | null;
  /** The tokens that the call was made with. */
  readonly tokens?: Tokens;
}

/** The ETag of a response. Those of Latchkey are strong; a proxy that compresses makes them weak, and a weak one would never match again. */
export function etagIn(headers: Headers): string | undefined {
  return headers.get('ETag')?.replace(/^W\//, '');
}
