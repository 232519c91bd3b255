/**
 * What users prove by reading a mail: that an address is theirs, and who they are although they have lost the password.
 *
 * <p>May know credentials, mail, sessions and the server.
 */
package dev.latchkey.credentials.recovery;
