'use strict';

/* Starts Swagger UI on this server's contract. The page keeps tokens in memory only: to leave it is to forget them. */
(() => {
  const reference = document.getElementById('reference');
  const session = document.getElementById('session');
  const server = new URL('.', location.href).href.replace(/\/$/, '');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let ui;
  let scheme;

  const colour = () => document.documentElement.classList.toggle('dark-mode', dark.matches);

  const say = text => {
    session.textContent = text;
  };

  /* Whoever logs in here has the token in every call from then on. */
  const follow = response => {
    const path = response.url.startsWith(server) ? response.url.slice(server.length) : '';
    const isLogOut = response.status === 200 && path === '/api/token' && response.text.includes('Logged out');
    const token = /^\/api\/token(\/refresh)?$/.test(path) && response.status === 200 && response.body?.data?.access_token;
    if (token) {
      ui.preauthorizeApiKey(scheme, token);
      say('Logged in: calls carry your token');
    } else if (isLogOut) {
      ui.authActions.logout([scheme]);
      say('Logged out');
    }
    return response;
  };

  /* What stands at the end of the document has no place of its own in Swagger UI. */
  const anyRequest = responses => Object.entries(responses ?? {})
    .filter(([, response]) => response.description)
    .map(([status, response]) => `- **${status}** ${response.description.trim().replaceAll('\n', ' ')}`)
    .join('\n');

  /* In the order in which somebody new needs them, which is that of the paths. */
  const byFirstUse = contract => {
    const used = Object.values(contract.paths).flatMap(path => Object.values(path)).flatMap(operation => operation.tags ?? []);
    return [...contract.tags].sort((one, other) => used.indexOf(one.name) - used.indexOf(other.name));
  };

  const show = contract => {
    scheme = Object.keys(contract.components.securitySchemes)[0];
    ui = SwaggerUIBundle({
      domNode: reference,
      spec: {
        ...contract,
        info: {
          ...contract.info,
          description: `${contract.info.description}\n\n### x-responses-to-any-request\n\n`
            + anyRequest(contract['x-responses-to-any-request']),
        },
        // The server that gave the page, whatever the contract takes for an example.
        servers: [{ url: server }],
        tags: byFirstUse(contract),
      },
      deepLinking: true,
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      persistAuthorization: false,
      queryConfigEnabled: false,
      responseInterceptor: follow,
      tryItOutEnabled: true,
      validatorUrl: null,
    });
  };

  const fail = cause => {
    const note = document.createElement('p');
    note.className = 'bar-note';
    note.textContent = `The description of the API cannot be had: ${cause.message}. Reload the page to try again.`;
    reference.replaceChildren(note);
  };

  colour();
  dark.addEventListener('change', colour);
  fetch('openapi.json')
    .then(response => (response.ok ? response.json() : Promise.reject(new Error(`status ${response.status}`))))
    .then(show)
    .catch(fail);
})();
