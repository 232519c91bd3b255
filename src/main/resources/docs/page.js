'use strict';

/* Starts Swagger UI on this server's contract. The page keeps tokens in memory only: to leave it is to forget them. */
(() => {
  const reference = document.getElementById('reference');
  const session = document.getElementById('session');
  const server = new URL('.', location.href).href.replace(/\/$/, '');
  const dark = matchMedia('(prefers-color-scheme: dark)');

  const followColours = () => document.documentElement.classList.toggle('dark-mode', dark.matches);

  /* The session that an access token names; what was given by hand may be anything. */
  const sessionOf = token => {
    try {
      return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).sid;
    } catch {
      return undefined;
    }
  };

  /* Whoever logs in here has the token in every call from then on, until it is good for nothing more. */
  const followSession = (ui, scheme) => response => {
    const isAbout = path => response.status === 200 && response.url === server + path;
    const isOver = () => {
      const current = sessionOf(ui().authSelectors.authorized().getIn([scheme, 'value']));
      return response.body?.code === 'INVALID_TOKEN'
        || isAbout('/api/token')
        || isAbout('/api/me') && /deleted/.test(response.body?.message)
        // The list of sessions has the same address, and data.
        || isAbout('/api/sessions') && !response.body?.data
        || current && isAbout(`/api/sessions/${current}`);
    };
    const token = response.body?.data?.access_token;
    if (token && (isAbout('/api/token') || isAbout('/api/token/refresh'))) {
      ui().preauthorizeApiKey(scheme, token);
    } else if (isOver()) {
      ui().authActions.logout([scheme]);
    }
    return response;
  };

  const showSession = ui => {
    const text = ui.authSelectors.authorized().size ? 'Calls carry your access token' : 'Not logged in';
    if (session.textContent !== text) {
      session.textContent = text;
    }
  };

  /* In the order in which somebody new needs them, which is that of the paths. */
  const byFirstUse = ({ paths, tags }) => {
    const used = Object.values(paths).flatMap(Object.values).flatMap(operation => operation.tags ?? []);
    return [...tags].sort((one, other) => used.indexOf(one.name) - used.indexOf(other.name));
  };

  /* What stands at the end of the contract has no place in Swagger UI. */
  const showAnyRequest = responses => {
    const section = document.getElementById('any-request');
    for (const [status, { description }] of Object.entries(responses).filter(([, response]) => response.description)) {
      const line = section.appendChild(document.createElement('p'));
      line.append(Object.assign(document.createElement('strong'), { textContent: status }), ' ');
      description.split('`').forEach((text, i) => {
        line.append(i % 2 ? Object.assign(document.createElement('code'), { textContent: text }) : text);
      });
    }
    section.hidden = false;
  };

  const changes = () => ({
    wrapComponents: {
      // A button must not hold a link; once an operation is open, the browser shows its address.
      DeepLink: (Link, { React }) => props =>
        props.path.includes('/') ? React.createElement('span', null, props.text) : React.createElement(Link, props),
      // There is one: the server that gave the page.
      ServersContainer: () => () => null,
      // However it is closed, whoever uses the keyboard goes on where it was opened.
      authorizationPopup: (Popup, { React }) => props => {
        // Before it is there, for it takes the focus itself.
        const [opener] = React.useState(() => document.activeElement);
        React.useLayoutEffect(() => () => opener?.focus(), []);
        return React.createElement(Popup, props);
      },
    },
  });

  /* Names for those who hear the page, and the focus for those who scroll without a mouse. */
  const attributes = {
    'textarea.body-param__text': { 'aria-label': 'Request body' },
    'select.examples-select-element': { 'aria-label': 'Example' },
    'select.content-type': { 'aria-label': 'Media type' },
    'button.close-modal': { 'aria-label': 'Close' },
    'pre.microlight, pre.highlight-code, .highlight-code > *': { tabindex: '0' },
  };
  const complete = () => {
    for (const [selector, values] of Object.entries(attributes)) {
      for (const element of reference.querySelectorAll(selector)) {
        for (const [name, value] of Object.entries(values)) {
          if (!element.hasAttribute(name)) {
            element.setAttribute(name, value);
          }
        }
      }
    }
  };

  const show = contract => {
    const scheme = Object.keys(contract.components.securitySchemes)[0];
    const ui = SwaggerUIBundle({
      domNode: reference,
      spec: { ...contract, servers: [{ url: server }], tags: byFirstUse(contract) },
      plugins: [changes],
      deepLinking: true,
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      persistAuthorization: false,
      queryConfigEnabled: false,
      syntaxHighlight: { theme: 'obsidian' },
      responseInterceptor: followSession(() => ui, scheme),
      tryItOutEnabled: true,
      validatorUrl: null,
    });
    ui.getStore().subscribe(() => showSession(ui));
    new MutationObserver(complete).observe(reference, { childList: true, subtree: true });
    showAnyRequest(contract['x-responses-to-any-request']);
  };

  const fail = cause => {
    const text = `The description of the API cannot be had: ${cause.message}. Reload the page to try again.`;
    reference.replaceChildren(Object.assign(document.createElement('p'), { className: 'note', textContent: text }));
  };

  followColours();
  dark.addEventListener('change', followColours);
  fetch('openapi.json')
    .then(response => (response.ok ? response.json() : Promise.reject(new Error(`status ${response.status}`))))
    .then(show)
    .catch(fail);
})();
