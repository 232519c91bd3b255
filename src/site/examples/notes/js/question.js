/** Asks before something is lost. */
const dialog = document.getElementById('question');

// Whoever goes to another note, as by the browser's own button, has left the question behind.
addEventListener('hashchange', () => dialog.close(''));

/** Whether the user says yes; Escape is no. */
export function ask(question, yes) {
  document.getElementById('question-text').textContent = question;
  document.getElementById('question-yes').textContent = yes;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => (dialog.onclose = () => resolve(dialog.returnValue === 'yes')));
}
