/**
 * The pages to which the links in mails lead.
 *
 * <p>May know the server only.
 */
package dev.latchkey.pages;
