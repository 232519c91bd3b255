/** A complete response. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON object of the body; throws if it is not one. */
  json(): object;
}

/** The ETag of a response. Those of Latchkey are strong; a proxy that compresses makes them weak, and a weak one would never match again. */
export function etagIn(headers: Headers): string | undefined {
  return headers.get('ETag')?.replace(/^W\//, '');
}
