package dev.latchkey.server.log;

/** What all lines of the log are. */
enum LogFormat {
    /** For people at a terminal. */
    TEXT,
    /** For programs: each line is a JSON object. */
    JSON
}
