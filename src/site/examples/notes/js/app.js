/**
 * Where it starts. A page belongs to one user: when another logs in or this one is logged out, in whatever tab, it is
 * loaded anew.
 */
import { showDesk } from './desk.js';
import { showEntrance } from './entrance.js';
import { copy, latchkey } from './latchkey.js';

const REASON = 'notes.reason'; // Why the user is at the log-in again; it is said once.

const username = await latchkey.username();
latchkey.onChange((now) => {
  if (now !== username) {
    location.reload();
  }
});

document.getElementById('missing').remove();
if (username === undefined) {
  copy.clear().catch(() => {}); // It was not deleted yet if the page was closed too fast. Where there is no database, there is no copy.
  showEntrance(latchkey, sessionStorage.getItem(REASON) ?? '');
  sessionStorage.removeItem(REASON);
} else {
  sessionStorage.setItem(REASON, 'Please log in again. What was not saved yet is kept in this browser.');
  showDesk(latchkey, username, (reason) => sessionStorage.setItem(REASON, reason));
}
