package dev.latchkey.server.problem;

/**
 * What is wrong with one member of a body or one parameter.
 *
 * @param name as the contract spells it
 * @param message in English, for developers
 */
public record InvalidField(String name, String message) {}
