/** A server-sent event. */
export interface ServerEvent {
  readonly type: string;
  readonly data: string;
  /** The id of this event, or of the last one before it that had any. */
  readonly id: string;
}

/** Reads server-sent events (the HTML standard, section 9.2.6), of which text comes in pieces, cut anywhere. What follows the last empty line is no event. */
export class EventParser {
  /** The beginning of a line whose end has not come yet, in pieces: to put them together each time would take too long for a long line. */
  #pieces: string[] = [];
  #endsWithCr = false;
  #type = '';
  #data: string[] = [];
  #id = '';

  /** How long the server wants clients to wait before they come again, in milliseconds; undefined if it has not said so. */
  retryMs: number | undefined;

  *events(text: string): Generator<ServerEvent, void, undefined> {
    let start = 0;
    if (this.#endsWithCr && text !== '') {
      start = text.startsWith('\n') ? 1 : 0;
      this.#endsWithCr = false;
    }
    const end = /\r\n?|\n/g;
    end.lastIndex = start;
    for (let found = end.exec(text); found !== null; found = end.exec(text)) {
      const line = this.#pieces.join('') + text.slice(start, found.index);
      this.#pieces = [];
      start = end.lastIndex;
      this.#endsWithCr = found[0] === '\r' && start === text.length;
      if (line !== '') {
        this.#field(line);
      } else if (this.#data.length > 0) {
        const event = { type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id };
        this.#data = [];
        this.#type = '';
        yield event;
      } else {
        this.#type = '';
      }
    }
    if (start < text.length) {
      this.#pieces.push(text.slice(start));
    }
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') {
      this.#type = value;
    } else if (name === 'data') {
      this.#data.push(value);
    } else if (name === 'id' && !value.includes('\0')) {
      this.#id = value;
    } else if (name === 'retry' && /^\d{1,9}$/.test(value)) {
      this.retryMs = Number(value);
    }
  }
}
