package dev.latchkey.cli;

/** A place in a file; line and column count from 1. */
record Position(int line, int column) {}
