/** Logging in and making an account. */
import { explain, inSeconds, isTransient, wrongFields } from './messages.js';

const logIn = document.getElementById('log-in');
const register = document.getElementById('register');

export function showEntrance(latchkey, reason) {
  logIn.querySelector('.link').onclick = () => show(register);
  register.querySelector('.link').onclick = () => show(logIn);
  onSubmit(logIn, (values) => latchkey.logIn(values));
  onSubmit(register, (values) => latchkey.register(values));
  document.getElementById('entrance').hidden = false;
  document.querySelector('#entrance .reason').textContent = reason;
  show(logIn);
}

function show(form) {
  logIn.hidden = form !== logIn;
  register.hidden = form !== register;
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
      const wait = isTransient(error) && error.retryAfter ? ` Try again ${inSeconds(error.retryAfter)}.` : '';
      showProblem(form, explain(error) + wait, wrongFields(error));
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
  if (problem) (form.querySelector('[aria-invalid]') ?? form.elements.password).focus();
}
