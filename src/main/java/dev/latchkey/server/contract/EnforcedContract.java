package dev.latchkey.server.contract;

import dev.latchkey.server.problem.ErrorBodies;

/**
 * The contract as the server in front of JAX-RS needs it.
 *
 * @param limits how large bodies may be
 * @param errors makes the one body that errors have
 * @param operations which there are, once JAX-RS has started
 */
public record EnforcedContract(BodyLimits limits, ErrorBodies errors, Operations operations) {}
