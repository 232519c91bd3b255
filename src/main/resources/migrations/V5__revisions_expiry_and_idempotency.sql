-- One row a user who has stored something: what every write of the user's entries locks first. The revision goes up by one with every
-- change. Changes before the floor are forgotten. A quota that is null is that of the configuration.
CREATE TABLE user_data (
    user_id     ${text} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    revision    BIGINT  NOT NULL,
    floor       BIGINT  NOT NULL,
    entries     BIGINT  NOT NULL,
    bytes       BIGINT  NOT NULL,
    max_entries BIGINT,
    max_bytes   BIGINT
);

-- The entries of an older store share the first revision, which is also the floor, so that no row of theirs has to be written.
ALTER TABLE entries ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE entries ADD COLUMN expires_at BIGINT;
CREATE INDEX entries_by_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;

INSERT INTO user_data (user_id, revision, floor, entries, bytes)
SELECT user_id, 1, 1, count(*), sum(octet_length(key) + octet_length(value)) FROM entries GROUP BY user_id;

-- What was deleted or has expired, with the revision of that, for those who follow the changes. A key that exists again may still have one.
CREATE TABLE tombstones (
    user_id    ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key        ${text} NOT NULL,
    revision   BIGINT  NOT NULL,
    deleted_at BIGINT  NOT NULL,
    PRIMARY KEY (user_id, key)
);

CREATE INDEX tombstones_by_age ON tombstones (deleted_at);

-- What became of the requests that had an Idempotency-Key, for as long as they may be sent again.
CREATE TABLE idempotency_keys (
    user_id     ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key         ${text} NOT NULL,
    fingerprint ${text} NOT NULL,
    outcome     ${text} NOT NULL,
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (user_id, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- The registrations that had an Idempotency-Key: a hash of the request, keyed with that. The key itself is kept nowhere.
CREATE TABLE registrations (
    request_hash ${text} NOT NULL PRIMARY KEY,
    user_id      ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   BIGINT  NOT NULL
);

CREATE INDEX registrations_by_age ON registrations (created_at);
