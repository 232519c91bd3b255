'use strict';

/*
 * To get here uses up nothing: only a button posts. The token of the link leaves the address bar before anything else happens, and is
 * kept in memory only.
 */
(() => {
  const element = id => document.getElementById(id);
  const meta = name => document.querySelector(`meta[name="${name}"]`).content;
  const page = document.documentElement.dataset.page;
  const app = meta('application-name');
  const main = document.querySelector('main');
  const heading = main.querySelector('h1');
  const proof = element('proof');
  const ask = element('ask');

  const language = navigator.languages.map(tag => tag.slice(0, 2).toLowerCase()).find(tag => tag in TEXTS) ?? 'en';
  const texts = TEXTS[language];
  const say = (text, wait) => text.replaceAll('{app}', () => app).replace('{wait}', () => wait);

  let token = '';

  const takeToken = () => {
    token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
    if (location.hash !== '') {
      history.replaceState(null, '', location.pathname + location.search);
    }
  };

  /* What can be seen: a title, a text, at most one form with some of its fields, and perhaps the way on. */
  const show = ({ title, lead }, form, fields = [], { focus, isOver = false } = {}) => {
    document.title = `${title} – ${app}`;
    heading.textContent = title;
    element('lead').textContent = say(lead);
    for (const one of [ask, proof].filter(Boolean)) {
      one.hidden = one !== form;
      showProblem(one, '', {});
    }
    form?.querySelectorAll('.field').forEach(field => {
      field.hidden = !fields.includes(field.dataset.field);
    });
    if (element('again')) {
      element('again').hidden = !fields.includes('code');
    }
    element('onward').hidden = !isOver || meta('app-url') === '';
    main.hidden = false;
    focus?.focus();
  };

  const showVerify = () =>
    token === ''
      ? show({ ...texts.verify, lead: texts.verify.withCode }, proof, ['email', 'code'])
      : show(texts.verify, proof);

  const showAsk = (text = texts.ask, focus = undefined) => show(text, ask, ['email'], { focus });

  const showReset = () => show(texts.reset, proof, ['new_password']);

  const showResetWithCode = email => {
    element('email').value = email;
    show({ ...texts.reset, lead: texts.reset.withCode }, proof, ['email', 'code', 'new_password'], { focus: heading });
  };

  const showEnd = text => show(text, undefined, [], { focus: heading, isOver: true });

  const start = () => {
    takeToken();
    if (page === 'verify') {
      showVerify();
    } else if (token === '') {
      showAsk();
    } else {
      showReset();
    }
  };

  /* The reasons stand beside the fields; the first wrong field gets the focus. */
  const showProblem = (form, problem, wrong) => {
    form.querySelector('.problem').textContent = problem;
    for (const field of form.querySelectorAll('.field')) {
      const input = field.querySelector('input');
      const reason = wrong[input.name];
      field.querySelector('.wrong')?.remove();
      input.removeAttribute('aria-invalid');
      input.removeAttribute('aria-describedby');
      if (reason !== undefined) {
        input.setAttribute('aria-invalid', 'true');
        input.setAttribute('aria-describedby', `${input.id}-wrong`);
        field.append(Object.assign(document.createElement('p'), { className: 'wrong', id: `${input.id}-wrong`, textContent: reason }));
      }
    }
    form.querySelector('[aria-invalid]')?.focus();
  };

  const waitOf = seconds => {
    const { wait } = texts;
    if (!(seconds >= 0)) {
      return wait.unknown;
    }
    return seconds <= 1 ? wait.second : seconds < 90 ? wait.seconds(seconds) : wait.minutes(Math.ceil(seconds / 60));
  };

  const reasonOf = ({ field, message }) => {
    const { passwords, ...refused } = texts.refused;
    const [known, text] = field === 'new_password' ? (passwords.find(([pattern]) => pattern.test(message)) ?? []) : [];
    return known ? message.replace(new RegExp(`${known.source}.*`), text) : refused[field];
  };

  const problemOf = ({ status, retryAfter }) => {
    const { problems } = texts;
    const kind = { 429: problems.tooMany, 503: problems.busy }[status] ?? problems.unknown;
    return say(status === 0 ? problems.unreachable : kind, waitOf(retryAfter));
  };

  /* What the server says; the status is 0 if it says nothing. */
  const post = async (path, body) => {
    try {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify(body),
      });
      const answer = await response.json().catch(() => ({}));
      return { status: response.status, code: answer.code, errors: answer.errors ?? [], retryAfter: parseInt(response.headers.get('Retry-After')) };
    } catch {
      return { status: 0, errors: [] };
    }
  };

  const send = async (form, path, { succeed, fail }) => {
    const inputs = [...form.querySelectorAll('.field:not([hidden]) input')];
    const values = Object.fromEntries(inputs.map(({ name, value }) => [name, name === 'new_password' ? value : value.trim()]));
    const missing = Object.keys(values).filter(name => values[name] === '');
    showProblem(form, '', Object.fromEntries(missing.map(name => [name, texts.missing[name]])));
    if (missing.length > 0) {
      return;
    }
    const button = form.querySelector('button.main');
    const label = button.textContent;
    form.ariaBusy = 'true';
    button.textContent = texts.busy;
    const answer = await post(path, token === '' || form === ask ? values : { token, ...values });
    form.ariaBusy = 'false';
    button.textContent = label;
    if (answer.status >= 200 && answer.status < 300) {
      succeed(values);
    } else if (!fail?.(answer, values)) {
      const wrong = {};
      for (const error of answer.errors.filter(({ field }) => field in values)) {
        wrong[error.field] ??= reasonOf(error);
      }
      if (answer.code === 'INVALID_PASSWORD') {
        wrong.new_password ??= texts.refused.new_password;
      }
      showProblem(form, Object.keys(wrong).length > 0 ? '' : problemOf(answer), wrong);
    }
  };

  const isSpent = ({ code }) => code === 'INVALID_CODE';

  const confirmAddress = () =>
    send(proof, 'api/email/verification/confirm', {
      succeed: () => showEnd(texts.verify.done),
      fail: answer => {
        if (answer.code === 'EMAIL_EXISTS') {
          showEnd(texts.verify.taken);
        } else if (isSpent(answer) && token !== '') {
          showEnd(texts.verify.spent);
        } else if (isSpent(answer)) {
          showProblem(proof, '', { code: texts.refused.code });
        } else {
          return false;
        }
        return true;
      },
    });

  const setPassword = () =>
    send(proof, 'api/password-reset/confirm', {
      succeed: () => {
        proof.reset();
        showEnd(texts.reset.done);
      },
      fail: answer => {
        if (isSpent(answer) && token !== '') {
          token = '';
          showAsk(texts.ask.spent, heading);
        } else if (isSpent(answer)) {
          showProblem(proof, '', { code: texts.refused.code });
        } else {
          return false;
        }
        return true;
      },
    });

  const askForMail = () => send(ask, 'api/password-reset', { succeed: ({ email }) => showResetWithCode(email) });

  const onSubmit = (form, work) => {
    form.addEventListener('submit', event => {
      event.preventDefault();
      if (form.ariaBusy !== 'true') {
        work();
      }
    });
  };

  const showPassword = isShown => {
    element('new-password').type = isShown ? 'text' : 'password';
    element('show').ariaPressed = String(isShown);
    element('show').textContent = isShown ? texts.hide : texts.show;
  };

  const prepare = () => {
    document.documentElement.lang = language;
    for (const field of document.querySelectorAll('.field')) {
      field.querySelector('label').textContent = texts.labels[field.dataset.field];
    }
    proof.querySelector('button.main').textContent = texts[page].button;
    Object.assign(element('onward'), { href: meta('app-url'), textContent: say(texts.onward) });
    if (page === 'reset') {
      ask.querySelector('button.main').textContent = texts.ask.button;
      element('again').firstChild.textContent = texts.reset.again;
      element('again').firstChild.addEventListener('click', () => showAsk(texts.ask, element('ask-email')));
      element('show').addEventListener('click', () => showPassword(element('new-password').type === 'password'));
      showPassword(false);
      onSubmit(ask, askForMail);
    }
    onSubmit(proof, page === 'verify' ? confirmAddress : setPassword);
  };

  prepare();
  start();
  // The link of a second mail, followed in the same tab, loads nothing.
  addEventListener('hashchange', () => location.hash !== '' && start());
})();
