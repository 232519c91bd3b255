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
  let list; // The notes of the copy; undefined until they are read.
  let step = 'connecting'; // Whether the copy is in step with the server, `live`, or why not.
  let open = {}; // The id of the note that is shown, the text that the server has of it, and its ETag.
  let fresh; // The id of a note that nobody has typed into yet.
  let typedHere; // The text that was typed in this tab, until this tab has saved it.
  let doomed; // The note that the user may delete, and the ETag of what the user has seen of it.
  let isAsked = false; // Whether the user was asked to confirm the address, if need be.

  const notes = new Notes(latchkey, { listed, isInStep });
  const sync = new Sync(notes, drafts, { isStillOurs, saving, saved, moved, allSaved, failed });

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
    read();
    if (id !== open.id) return; // It is not there any more.
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
    const asked = (doomed = { id: open.id, etag: open.etag, isSure: false }); // Another one may be open when it is deleted.
    asked.isSure = await ask('Delete this note for good?', 'Delete');
    if (!asked.isSure) return;
    try {
      await sync.remove(asked.id, () => asked.etag);
      if (asked.id === open.id) leave('The note is deleted.');
      else showList();
    } catch (error) {
      asked.isSure = false;
      if (error.code !== ErrorCode.PreconditionFailed) return failed(error);
      say('Somebody has changed this note meanwhile. Look at it before you delete it.');
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
    if (id === doomed?.id) doomed.etag = etag;
    if (id === open.id) open = { id, saved: text, etag };
    if (text === typedHere) typedHere = undefined;
    showList();
    read();
  }

  function moved(id, newId) {
    if (id !== open.id) return;
    open = { id: newId, saved: null, etag: null };
    history.replaceState(null, '', `#${newId}`);
    say('Somebody has changed this note meanwhile. Your text is kept here, as a note of its own.');
  }

  function listed(now) {
    list = now.map((note) => ({ ...note, title: titleOf(note.text) }));
    showList();
    read();
  }

  /** Shows the open note as it is in the copy, unless it is written here. */
  function read() {
    const { id } = open;
    if (!id || !list || id === fresh || drafts.get(id)) return;
    const now = list.find((note) => note.id === id);
    if (!now) return leave(id === doomed?.id && doomed.isSure ? 'The note is deleted.' : 'This note is not there any more.');
    open = { id, saved: now.text, etag: now.etag };
    setEditable(true);
    if (text.value === now.text) return;
    const { selectionStart, selectionEnd } = text;
    text.value = now.text;
    text.setSelectionRange(selectionStart, selectionEnd);
  }

  function isInStep(state, error) {
    step = state;
    if (state !== 'closed') sync.now();
    else if (error?.status !== 401) failed(error); // Who is logged out leaves this page.
  }

  function allSaved() {
    if (step === 'offline') {
      showState('failed', 'Offline');
      say('There is no connection to the server. These are your notes as they were.', 'problem');
    }
    if (step !== 'live') return;
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
    if (now) return;
    notes.look(id);
    sync.soon();
  }

  // How it looks.

  function showList() {
    const unsaved = drafts.ids().map((id) => ({ id, title: titleOf(drafts.get(id).text), isUnsaved: true }));
    const shown = [
      ...unsaved.filter(({ id }) => !list?.some((one) => one.id === id)),
      ...(list ?? []).map((one) => unsaved.find(({ id }) => id === one.id) ?? one),
    ];
    const focused = document.activeElement?.getAttribute('href');
    element('none').hidden = !list || shown.length > 0;
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
