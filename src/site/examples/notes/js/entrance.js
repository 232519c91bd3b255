/** Logging in, making an account, and the way back in for who has lost the password. */
import { explain, whenToTryAgain, wrongFields } from './messages.js';

const entrance = document.getElementById('entrance');
const logIn = document.getElementById('log-in');
const register = document.getElementById('register');
const forgotten = document.getElementById('forgotten');

export function showEntrance(latchkey, reason) {
  for (const link of entrance.querySelectorAll('[data-shows]')) {
    link.onclick = () => show(document.getElementById(link.dataset.shows));
  }
  onSubmit(logIn, (values) => latchkey.logIn(values));
  onSubmit(register, (values) => latchkey.register(values));
  onSubmit(forgotten, async ({ email = '' }) => {
    await latchkey.passwordReset.request(email);
    show(logIn, 'If there is an account with this address, a mail is on its way. Follow its link to choose a new password, then log in with it.');
  });
  entrance.hidden = false;
  show(logIn, reason);
}

function show(form, reason = '') {
  for (const one of [logIn, register, forgotten]) {
    one.hidden = one !== form;
    showProblem(one, '', {});
  }
  entrance.querySelector('.reason').textContent = reason;
  form.elements[0].focus();
}

/** Who gets in is not here any more: app.js loads the page anew. */
function onSubmit(form, enter) {
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (form.ariaBusy === 'true') return;
    form.ariaBusy = 'true';
    showProblem(form, '', {});
    try {
      const given = [...new FormData(form)].filter(([, value]) => value !== '');
      await enter(Object.fromEntries(given));
    } catch (error) {
      showProblem(form, explain(error) + whenToTryAgain(error), wrongFields(error));
    } finally {
      form.ariaBusy = 'false';
    }
  };
}

/** Each field's problem stands below it; the first wrong field gets the focus. */
function showProblem(form, problem, fields) {
  form.querySelector('.problem').textContent = problem;
  form.querySelectorAll('.wrong').forEach((note) => note.remove());
  for (const input of form.querySelectorAll('input')) {
    const isWrong = input.name in fields;
    input.ariaInvalid = isWrong ? 'true' : null;
    input.removeAttribute('aria-describedby');
    if (isWrong) {
      const note = document.createElement('p');
      note.className = 'wrong';
      note.id = `${input.id}-wrong`;
      note.textContent = `${input.labels[0].firstChild.textContent.trim()} ${fields[input.name]}.`;
      input.after(note);
      input.setAttribute('aria-describedby', note.id);
    }
  }
  if (problem) (form.querySelector('[aria-invalid]') ?? form.elements.password ?? form.elements.email).focus();
}
