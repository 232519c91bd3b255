/** The server, as the rest of the application knows it. */
import { indexedDbStore, Latchkey, WebStorageTokenStore } from '../node_modules/latchkey-client/dist/index.js';

export { ErrorCode, ErrorKind, LatchkeyError, memoryStore } from '../node_modules/latchkey-client/dist/index.js';

/** The page may speak to one server only, so it is this one: the Content-Security-Policy in index.html names it. */
const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]').content;
const server = /connect-src ([^\s;]+)/.exec(policy)[1];

export const latchkey = new Latchkey(server, {
  tokenStore: new WebStorageTokenStore(localStorage, 'notes.tokens'), // Logged in after a reload, and in every tab.
  maxWaitMs: 2000, // What takes longer, the user is told.
});

/** Where this browser keeps its copy of the notes, for all tabs. */
export const copy = indexedDbStore('notes');
