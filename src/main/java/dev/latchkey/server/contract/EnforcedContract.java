package dev.latchkey.server.contract;

import dev.latchkey.server.problem.ErrorBodies;

/**
 * What the handlers and filters in front of JAX-RS need of the contract.
 *
 * @param limits the max sizes of bodies
 * @param errors makes the bodies of errors
 * @param operations all operations, once JAX-RS has started
 */
public record EnforcedContract(BodyLimits limits, ErrorBodies errors, Operations operations) {}
