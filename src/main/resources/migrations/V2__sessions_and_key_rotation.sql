-- Changes with the password and when the account is disabled, so that what was checked against an older one does not count.
ALTER TABLE users ADD COLUMN password_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN disabled_at BIGINT;

-- From when on a key signs; it is published before.
ALTER TABLE signing_keys ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;

-- One row a log-in. Without refresh tokens, refresh_key and refresh_hash are null.
CREATE TABLE sessions (
    user_id          ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id               ${text} NOT NULL,
    created_at       BIGINT  NOT NULL,
    last_used_at     BIGINT  NOT NULL,
    expires_at       BIGINT  NOT NULL,
    token_expires_at BIGINT  NOT NULL,
    address          ${text},
    user_agent       ${text},
    refresh_key      ${text},
    refresh_hash     ${text},
    generation       INTEGER NOT NULL,
    PRIMARY KEY (user_id, id)
);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (user_id, last_used_at);

-- When which refresh token of a session was used, as long as it may be used once more.
CREATE TABLE refresh_rotations (
    user_id    ${text} NOT NULL,
    session_id ${text} NOT NULL,
    generation INTEGER NOT NULL,
    rotated_at BIGINT  NOT NULL,
    PRIMARY KEY (user_id, session_id, generation),
    FOREIGN KEY (user_id, session_id) REFERENCES sessions (user_id, id) ON DELETE CASCADE
);

-- The sessions that ended while an access token of theirs was good, in the order in which they ended: what every server
-- follows, to refuse those tokens. Small, read as a whole, and the same for all users.
CREATE TABLE ended_sessions (
    revision         BIGINT  NOT NULL,
    session_id       ${text} NOT NULL,
    token_expires_at BIGINT  NOT NULL,
    PRIMARY KEY (revision, session_id)
);

-- Numbers that go up by one in the order of commits, since who changes one holds its row until then.
CREATE TABLE counters (
    name  ${text} NOT NULL PRIMARY KEY,
    value BIGINT  NOT NULL
);
