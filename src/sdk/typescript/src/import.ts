import { throwIfAborted } from './abort.js';
import { camelCase, ErrorKind, failure } from './error.js';
import { type ImportedEntry, ImportedEntryToJSON } from './generated/models/ImportedEntry.js';
import type { ImportFailure } from './generated/models/ImportFailure.js';
import type { ImportResult } from './generated/models/ImportResult.js';

/** The bounds of a request: they bound the memory here, and what a lost answer leaves in doubt. */
const MAX_LINES = 1000;

/** In UTF-8, this is less than the mebibyte that many a proxy lets through at most. */
const MAX_LENGTH = 256 * 1024;

const MAX_FAILURES = 100;

/** Why an entry of an import was not stored. Its `line` is its number among all entries; the first is 1. */
export interface FailedEntry extends ImportFailure {
  /** The key of the entry. */
  key: string;
}

/** What became of the entries of an import. */
export interface ImportSummary extends Omit<ImportResult, 'failures'> {
  /** The first 100 of the entries that could not be stored. */
  failures: FailedEntry[];
}

/** Sends the entries as they come, and sums the results up. */
export async function importAll(
  entries: Iterable<ImportedEntry> | AsyncIterable<ImportedEntry>,
  send: (lines: string) => Promise<ImportResult>,
  signal: AbortSignal | undefined,
): Promise<ImportSummary> {
  const summary: ImportSummary = { created: 0, replaced: 0, skipped: 0, failed: 0, failures: [] };
  let lines = '';
  let keys: string[] = [];
  let sent = 0;

  const flush = async () => {
    const { created, replaced, skipped, failed, failures } = await send(lines);
    summary.created += created;
    summary.replaced += replaced;
    summary.skipped += skipped;
    summary.failed += failed;
    for (const { line, errors, ...why } of failures.slice(0, MAX_FAILURES - summary.failures.length)) {
      const named = errors?.map((error) => ({ ...error, field: camelCase(error.field) }));
      summary.failures.push({ line: sent + line, key: keys[line - 1], ...why, ...(named && { errors: named }) });
    }
    sent += keys.length;
    lines = '';
    keys = [];
  };

  throwIfAborted(signal);
  for await (const entry of entries) {
    throwIfAborted(signal);
    const line = lineOf(entry, sent + keys.length + 1);
    if (keys.length > 0 && lines.length + line.length > MAX_LENGTH) {
      await flush();
    }
    lines += line;
    keys.push(entry.key);
    if (keys.length === MAX_LINES) {
      await flush();
    }
  }
  if (keys.length > 0) {
    await flush();
  }
  return summary;
}

function lineOf(entry: ImportedEntry, number: number): string {
  try {
    const { key, value, expiresAt } = entry;
    return `${JSON.stringify(ImportedEntryToJSON({ key, value, expiresAt }))}\n`;
  } catch (cause) {
    throw failure(ErrorKind.ClientFailure, 'import', `entry ${number} cannot be sent (${String((cause as Error | undefined)?.message ?? cause)}).`, { cause });
  }
}
