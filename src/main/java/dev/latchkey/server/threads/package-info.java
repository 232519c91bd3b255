/** Which threads answer requests, and how many at once. */
package dev.latchkey.server.threads;
