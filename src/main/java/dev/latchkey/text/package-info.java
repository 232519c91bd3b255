/** What a text may be, where a pattern that means the same in every language cannot say it. Knows no other room. */
package dev.latchkey.text;
