package dev.latchkey.credentials;

/** Argon2id, of which there may be more than one implementation. */
interface Argon2 {

    /** The hash of {@code password} that is as long and was made with the same salt and cost as {@code like}. */
    byte[] hash(byte[] password, Argon2Hash like);
}
