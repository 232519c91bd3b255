package dev.latchkey.client;

/** When an operation may be sent again though it may have been done: the contract's {@code x-repeat}. */
enum Repeat {
    /** Done twice it would be something else, or the second answer would say something that is not so. */
    NEVER,
    /** Where the server said that it was too busy. */
    UNAVAILABLE,
    /** Also at once, where the connection failed. */
    ALWAYS
}
