-- Where users logged in from: an IPv4 address, or the first 64 bits of an IPv6 one.

CREATE TABLE login_addresses (
    user_id       ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address       ${text} NOT NULL,
    last_login_at BIGINT  NOT NULL,
    PRIMARY KEY (user_id, address)
);
