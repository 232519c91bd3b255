package dev.latchkey.accounts;

import dev.latchkey.server.limits.Client;

/**
 * Who asks for a change that mails are sent about.
 *
 * @param language of the request, a BCP 47 tag, or null
 */
record Requester(Client client, String language) {}
