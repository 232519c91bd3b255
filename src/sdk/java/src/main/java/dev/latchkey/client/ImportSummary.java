package dev.latchkey.client;

import java.util.List;

/**
 * What became of the entries of an import.
 *
 * @param created how many entries are new
 * @param replaced how many entries were replaced
 * @param skipped how many were left out, because their key has an entry or their time is over
 * @param failed how many could not be stored
 * @param failures the first 100 of those that could not be stored
 */
public record ImportSummary(long created, long replaced, long skipped, long failed, List<FailedEntry> failures) {}
