/** The page with the notes: the list of them, and the text of the one that the address names after `#`. */
import { askToConfirm } from './address.js';
import { Drafts } from './drafts.js';
import { ErrorCode } from './latchkey.js';
import { explain, inSeconds, isTransient } from './messages.js';
import { newId, Notes, titleOf } from './notes.js';
import { ask } from './question.js';
import { Sync } from './sync.js';

const element = (id) => document.getElementById(id);
const desk = element('desk');
const text = element('text');
const isWide = matchMedia('(min-width: 45rem)');

export function showDesk(latchkey, username, sayAtLogIn) {
  const drafts = new Drafts(username.normalize('NFKC').toLowerCase());
  const page = { isStillOurs, saving, saved, moved, listed, wanted, read, inSync, failed };
  const sync = new Sync(new Notes(latchkey), drafts, page);
  let list = []; // As the server has it.
  let open = {}; // The id of the note that is shown, the text that the server has of it, and its ETag.
  let fresh; // The id of a note that nobody has typed into yet.
  let typedHere; // The text that was typed in this tab, until this tab has saved it.
  let isAsked = false; // Whether the user was asked to confirm the address, if need be.

  element('user').textContent = username;
  text.addEventListener('input', typed);
  element('new').addEventListener('click', begin);
  element('delete').addEventListener('click', remove);
  element('log-out').addEventListener('click', logOut);
  drafts.onChange(changedInOtherTab);
  addEventListener('hashchange', show);
  addEventListener('online', () => sync.now());
  addEventListener('pageshow', ({ persisted }) => persisted && sync.now());
  addEventListener('beforeunload', (event) => drafts.areAtRisk && event.preventDefault());
  document.addEventListener('visibilitychange', () => sync.now());
  desk.hidden = false;
  show();

  // What the user does.

  function show() {
    const left = open.id;
    const id = location.hash.slice(1);
    const draft = drafts.get(id);
    open = { id, saved: draft?.base, etag: draft?.etag };
    typedHere = undefined;
    desk.classList.toggle('reading', id !== '');
    element('note').hidden = id === '';
    element('nothing-open').hidden = id !== '';
    text.value = draft?.text ?? '';
    setEditable(draft || id === fresh);
    say('');
    showList();
    if (id) (isWide.matches || id === fresh ? text : element('back')).focus();
    else (element('list').querySelector(`[href="#${CSS.escape(left ?? '')}"]`) ?? element('new')).focus();
    sync.now();
  }

  /** At once: the next key may come before a hashchange would. */
  function begin() {
    fresh = newId();
    history.pushState(null, '', `#${fresh}`);
    show();
  }

  function leave(reason) {
    history.replaceState(null, '', location.pathname);
    show();
    say(reason);
  }

  function typed() {
    const draft = drafts.get(open.id);
    typedHere = text.value;
    const { base, etag } = draft ?? { base: open.saved ?? null, etag: open.etag };
    drafts.put(open.id, { base, etag, text: typedHere });
    showList();
    saving();
    sync.soon();
  }

  async function remove() {
    const asked = open.id; // Another one may be open when it is deleted.
    if (await ask('Delete this note for good?', 'Delete')) {
      try {
        await sync.remove(asked);
        list = list.filter(({ id }) => id !== asked);
        if (asked === open.id) leave('The note is deleted.');
        else showList();
      } catch (error) {
        if (error.code !== ErrorCode.PreconditionFailed) return failed(error);
        await sync.now();
        say('Somebody has changed this note meanwhile. Look at it before you delete it.');
      }
    }
  }

  async function logOut() {
    await sync.now();
    const isUnsaved = drafts.ids().length > 0;
    if (isUnsaved && !(await ask('Your last changes are not saved. Log out and lose them?', 'Lose them'))) return;
    drafts.ids().forEach((id) => drafts.remove(id));
    history.replaceState(null, '', location.pathname);
    sayAtLogIn('You are logged out.');
    await latchkey.logOut().catch(() => sayAtLogIn('You are logged out here; the server could not be told.'));
  }

  // What comes from elsewhere.

  async function isStillOurs() {
    return (await latchkey.username()) === username;
  }

  function saving() {
    showState('saving', 'Saving…');
  }

  function saved(id, { text, etag }) {
    if (id === fresh) fresh = undefined;
    if (id === open.id) open = { id, saved: text, etag };
    if (text === typedHere) typedHere = undefined;
  }

  function moved(id, newId) {
    if (id !== open.id) return;
    open = { id: newId, saved: null, etag: null };
    history.replaceState(null, '', `#${newId}`);
    say('Somebody has changed this note meanwhile. Your text is kept here, as a note of its own.');
  }

  function listed(now) {
    list = now.map(({ id, text }) => ({ id, title: titleOf(text) }));
    showList();
  }

  function wanted() {
    return open.id !== fresh && !drafts.get(open.id) ? open.id : undefined;
  }

  function read(id, now) {
    if (id !== wanted()) return;
    if (now === null) {
      leave('This note is not there any more.');
    } else {
      open = { id, saved: now.text, etag: now.etag };
      setEditable(true);
      if (text.value !== now.text) text.value = now.text;
    }
  }

  function inSync() {
    showState('saved', 'Saved');
    if (element('notice').className === 'problem') say('');
    if (isAsked) return;
    isAsked = true;
    // Not worth a word if it fails: the next page asks again.
    askToConfirm(latchkey).catch(isTransient);
  }

  function failed(error, wait = null) {
    const isUnsaved = drafts.ids().length > 0;
    showState('failed', isUnsaved ? 'Not saved' : '');
    say(
      explain(error) +
        (isUnsaved ? ' Your text is kept in this browser.' : '') +
        (wait === null ? '' : ` Trying again ${inSeconds(wait)}.`),
      'problem',
    );
  }

  function changedInOtherTab(id, before, now) {
    if (id === open.id && !now && before.text === typedHere) {
      typed(); // The other tab has saved a draft; perhaps this one came a moment later.
    } else if (id === open.id) {
      open = now ? { id, saved: now.base, etag: now.etag } : { id, saved: before.text };
      text.value = (now ?? before).text;
      setEditable(true);
    }
    showList();
    if (!now) sync.soon();
  }

  // How it looks.

  function showList() {
    const unsaved = drafts.ids().map((id) => ({ id, title: titleOf(drafts.get(id).text), isUnsaved: true }));
    const shown = [
      ...unsaved.filter(({ id }) => !list.some((one) => one.id === id)),
      ...list.map((one) => unsaved.find(({ id }) => id === one.id) ?? one),
    ];
    const focused = document.activeElement?.getAttribute('href');
    element('none').hidden = shown.length > 0;
    element('list').replaceChildren(...shown.map(item));
    if (focused?.length > 1) element('list').querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
    const title = shown.find(({ id }) => id === open.id)?.title;
    document.title = title ? `${title} – Notes` : 'Notes';
  }

  function item({ id, title, isUnsaved }) {
    const link = document.createElement('a');
    link.href = `#${id}`;
    link.dir = 'auto';
    link.textContent = title || 'No title';
    link.className = isUnsaved ? 'unsaved' : '';
    link.ariaCurrent = id === open.id ? 'true' : null;
    const item = document.createElement('li');
    item.append(link);
    return item;
  }

  function setEditable(isLoaded) {
    text.readOnly = !isLoaded;
    text.placeholder = isLoaded ? 'Title, and what you want to remember' : 'Loading…';
  }

  function showState(state, words) {
    element('state').className = state;
    element('state').textContent = words;
  }

  function say(words, kind = '') {
    if (element('notice').textContent !== words) element('notice').textContent = words;
    element('notice').className = kind;
  }
}
