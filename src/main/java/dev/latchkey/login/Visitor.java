package dev.latchkey.login;

import dev.latchkey.server.limits.Client;
import dev.latchkey.sessions.Origin;

/**
 * Who logs in, as far as the request tells.
 *
 * @param language of the request, a BCP 47 tag, or null
 */
record Visitor(Client client, Origin origin, String language) {}
