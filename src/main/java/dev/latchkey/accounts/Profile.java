package dev.latchkey.accounts;

import java.time.Instant;

/** An account as its user sees it. */
record Profile(User user, Instant createdAt) {}
