-- One text for both databases. ${text} is text that compares byte by byte, on each in its own words.
-- Times are milliseconds since 1970-01-01T00:00:00Z.

CREATE TABLE users (
    id            ${text} NOT NULL PRIMARY KEY,
    username      ${text} NOT NULL,
    username_key  ${text} NOT NULL,
    email         ${text} NOT NULL,
    email_key     ${text} NOT NULL,
    password_hash ${text} NOT NULL,
    full_name     ${text} NOT NULL,
    age           INTEGER,
    gender        ${text} NOT NULL,
    created_at    BIGINT  NOT NULL,
    CONSTRAINT users_username_unique UNIQUE (username_key),
    CONSTRAINT users_email_unique UNIQUE (email_key)
);

CREATE TABLE entries (
    user_id    ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key        ${text} NOT NULL,
    value      ${text} NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (user_id, key)
);

CREATE TABLE signing_keys (
    generation  INTEGER NOT NULL PRIMARY KEY,
    private_jwk ${text} NOT NULL,
    created_at  BIGINT  NOT NULL
);
