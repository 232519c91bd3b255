-- The language of mails to the user, a BCP 47 tag; since when the address is proven; the address that waits to be confirmed.
ALTER TABLE users ADD COLUMN locale ${text};
ALTER TABLE users ADD COLUMN email_verified_at BIGINT;
ALTER TABLE users ADD COLUMN pending_email ${text};

-- Mails that wait to be sent, and those that could not be. There is no code, no token and no text in them: a letter is written just before
-- it is sent. A server that sends one moves next_attempt_at forward, so that no other does.
CREATE TABLE mails (
    id              ${text} NOT NULL PRIMARY KEY,
    kind            ${text} NOT NULL,
    user_id         ${text} REFERENCES users (id) ON DELETE CASCADE,
    address         ${text},
    locale          ${text},
    detail          ${text},
    created_at      BIGINT  NOT NULL,
    next_attempt_at BIGINT  NOT NULL,
    attempts        INTEGER NOT NULL,
    failed_at       BIGINT,
    failure         ${text}
);

CREATE INDEX mails_by_attempt ON mails (next_attempt_at) WHERE failed_at IS NULL;
CREATE INDEX mails_by_failure ON mails (failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX mails_by_user ON mails (user_id);

-- What was mailed to prove that somebody reads that address: hashes of a code and of a token, which are as good as each other.
CREATE TABLE email_codes (
    id          ${text} NOT NULL PRIMARY KEY,
    user_id     ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose     ${text} NOT NULL,
    email       ${text} NOT NULL,
    code_hash   ${text} NOT NULL,
    token_hash  ${text} NOT NULL,
    device_hash ${text},
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL,
    CONSTRAINT email_codes_token_unique UNIQUE (token_hash)
);

CREATE INDEX email_codes_by_user ON email_codes (user_id, purpose);
CREATE INDEX email_codes_by_expiry ON email_codes (expires_at);

-- How often codes were tried: the subject is a user id, or a hash of the address where nothing says who the user is.
CREATE TABLE code_attempts (
    subject  ${text} NOT NULL,
    purpose  ${text} NOT NULL,
    attempts INTEGER NOT NULL,
    since    BIGINT  NOT NULL,
    PRIMARY KEY (subject, purpose)
);

CREATE INDEX code_attempts_by_age ON code_attempts (since);
