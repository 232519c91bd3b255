// Prism judges what the tests ask and are answered, by the contract alone.
//
//   node prism.mjs <contract>              as a validating proxy before the servers of the tests: dev.latchkey.testing.Prism starts it
//                                          and asks it, one line of JSON each way
//   node prism.mjs <contract> <file>...    of the exchanges that the tests have recorded, one line of JSON each
//
// Prism finds the operation and judges the request and its answer. Only the sending is done here: Prism itself reads URLs and bodies and
// writes them anew, and many tests are about their very bytes.
import { createReadStream, readFileSync } from 'node:fs';
import http from 'node:http';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { createLogger } from '@stoplight/prism-core';
import { createInstance, getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { parse } from '@stoplight/yaml';

const ANSWER_ONLY = { validateRequest: false, checkSecurity: false };
const NO_OPERATION = 'Selected route not found';
// What belongs to one connection (RFC 9110, section 7.6.1). A server's Connection is shown to the test all the same.
const NOT_FORWARDED = new Set(['connection', 'http2-settings', 'transfer-encoding', 'upgrade']);
const NOT_RETURNED = new Set(['keep-alive', 'transfer-encoding']);

const contract = parse(readFileSync(process.argv[2], 'utf8'));
const anyRequest = contract['x-responses-to-any-request'];
// Prism knows nothing of what is answered to any request; an operation can answer it, too. A default would let everything pass.
for (const path of Object.values(contract.paths)) {
  for (const operation of Object.values(path)) {
    if (!operation.responses) continue;
    operation.responses = { ...anyRequest, ...operation.responses };
    delete operation.responses.default;
  }
}
const operations = await getHttpOperationsFromSpec(contract);
const prism = createInstance(
  {
    isProxy: true,
    upstream: new URL('http://127.0.0.1'),
    errors: false,
    checkSecurity: true,
    validateRequest: true,
    validateResponse: true,
    mock: { dynamic: false },
  },
  {
    logger: createLogger('prism', { level: 'silent' }),
    forward: ({ data }) => () => async () => ({ _tag: 'Right', right: await data.answer() }),
  },
);

/** Prism passes over a schema that it cannot compile. So each has to refuse, once, what is certainly wrong. */
async function expectEverySchemaToCount() {
  const headers = { 'content-type': 'application/json' };
  for (const { method, path, request, responses } of operations) {
    for (const { code, contents = [] } of responses) {
      const answer = async () => ({ statusCode: Number(code), headers, body: 1 });
      const outcome = await prism.request({ method, url: { path, query: {} }, headers, body: 1, answer }, operations)();
      const { input, output } = outcome.right.validations;
      const refuses = (violations, place) => violations.some(({ path, code }) => path?.[0] === place && code);
      const counts =
        refuses(output, 'header') &&
        (contents.length === 0 || refuses(output, 'body')) &&
        (!request.body || refuses(input, 'body'));
      if (!counts) throw new Error(`Prism passes over a schema of ${method} ${path} ${code}`);
    }
  }
}
await expectEverySchemaToCount();

/** How many exchanges there were of each kind. */
const counts = { proxied: 0, recorded: 0, withoutOperation: 0, unreadable: 0, refused: 0, violations: 0 };

/** What Prism finds wrong: with any answer, and with a request that succeeded. A wrong request that is refused is what a test is about. */
async function judge(input, config) {
  const readable = isReadable(input.url.path);
  if (!readable) counts.unreadable++;
  const outcome = await prism.request(input, operations, readable ? config : ANSWER_ONLY)();
  if (outcome._tag === 'Left') throw outcome.left;
  const { output, validations } = outcome.right;
  const { statusCode } = output;
  let violations;
  if (validations.input.some(({ message }) => message === NO_OPERATION)) {
    counts.withoutOperation++;
    const expected = input.method === 'head' || String(statusCode) in anyRequest || isPage(input.url.path, statusCode);
    violations = expected ? [] : [{ message: `There is no such operation, and yet the answer is ${statusCode}` }];
  } else {
    if (statusCode >= 400) counts.refused++;
    violations = [...validations.output, ...(statusCode < 400 ? validations.input : [])];
  }
  if (!readable && statusCode < 400) violations = [...violations, { message: 'The path is not UTF-8, and yet it was taken' }];
  counts.violations += violations.length;
  return violations;
}

/** What the server gives beside the API; the contract says so in words. */
function isPage(path, statusCode) {
  return /^\/(docs\/?|docs\/[^/]+|verify|reset|pages\/[^/]+|openapi\.(yaml|json))?$/.test(path) && [200, 302, 304, 503].includes(statusCode);
}

/** Whether the path is UTF-8 once decoded: Prism has no verdict on one that is not, but fails. */
function isReadable(path) {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** A body as Prism wants it. */
function read(body, mediaType) {
  if (/^application\/([^;]+\+)?json\b/i.test(mediaType ?? '')) {
    try {
      return JSON.parse(body);
    } catch {
      // Not JSON at all, and judged as the text that it is.
    }
  }
  return String(body);
}

function without(names, rawHeaders) {
  const kept = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!names.has(rawHeaders[i].toLowerCase())) kept.push(rawHeaders[i], rawHeaders[i + 1]);
  }
  return kept;
}

async function bytes(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Whether the answer stays open. Its events are judged by the tests; Prism sees its head, and an empty body. */
const isStream = response => /^text\/event-stream\b/.test(response.headers['content-type'] ?? '');

/** The server's answer to the same request. */
function send(request, body, port) {
  const headers = [...without(NOT_FORWARDED, request.rawHeaders), 'Connection', 'keep-alive'];
  if (request.headers['transfer-encoding']) headers.push('Content-Length', String(body.length));
  return new Promise((resolve, reject) => {
    http
      .request({ host: '127.0.0.1', port, method: request.method, path: request.url, headers, agent: false })
      .on('response', response => {
        if (isStream(response)) {
          resolve({ response, body: '' });
          return;
        }
        bytes(response)
          .then(answerBody => resolve({ response, body: answerBody }), reject)
          .finally(() => response.destroy());
      })
      .on('error', reject)
      .end(body);
  }).catch(cause => {
    throw new BrokenOff('', { cause });
  });
}

/** The server broke the connection off, or was not there. */
class BrokenOff extends Error {}

async function proxy(request, reply, port) {
  const body = await bytes(request);
  let sent;
  const input = {
    method: request.method.toLowerCase(),
    url: { path: request.url.replace(/\?.*/, ''), query: {} },
    headers: request.headers,
    body: body.length === 0 ? null : read(body, request.headers['content-type']),
    answer: async () => {
      sent = await send(request, body, port);
      const { statusCode, headers } = sent.response;
      return { statusCode, headers, body: read(sent.body, headers['content-type']) };
    },
  };
  const violations = await judge(input);
  counts.proxied++;
  const headers = without(NOT_RETURNED, sent.response.rawHeaders);
  if (violations.length > 0) {
    const text = JSON.stringify(violations).replace(/[^ -~]/g, '?');
    headers.push('sl-violations', text.slice(0, 4000));
  }
  reply.sendDate = false;
  reply.removeHeader('Connection');
  reply.writeHead(sent.response.statusCode, headers);
  if (isStream(sent.response)) {
    // Either end may break it off; then so does the other.
    pipeline(sent.response, reply, () => sent.response.destroy());
  } else {
    reply.end(sent.body);
  }
}

/** Opens a proxy before the server at this port. */
async function open({ upstream }) {
  const server = http.createServer({ maxHeaderSize: 1 << 16, requireHostHeader: false }, (request, reply) =>
    proxy(request, reply, upstream).catch(error => {
      if (!(error instanceof BrokenOff)) {
        console.error(`Prism on ${request.method} ${request.url}:`, error);
        counts.violations++;
      }
      // As the server did.
      reply.destroy();
    }),
  );
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port };
}

/** Judges what a test has recorded. Of an answer that came on a connection of its own it is not known what was sent. */
async function judgeRecorded({ recorded, request }) {
  const { method, path, status, headers, body } = recorded;
  const joined = Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.join(', ')]));
  const answer = { statusCode: status, headers: joined, body: read(body, joined['content-type']) };
  const input = {
    method: method.toLowerCase(),
    url: { path, query: {} },
    headers: request?.headers ?? {},
    body: request?.body ? read(request.body, request.headers['content-type']) : null,
    answer: async () => answer,
  };
  counts.recorded++;
  return { violations: await judge(input, request ? undefined : ANSWER_ONLY) };
}

const files = process.argv.slice(3);
for (const file of files) {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { violations } = await judgeRecorded(JSON.parse(line));
    if (violations.length > 0) console.error(`${JSON.stringify(violations)} in ${line.slice(0, 4000)}`);
  }
}
if (files.length > 0) {
  console.log('Prism judged', counts);
  process.exit(counts.violations > 0 || counts.recorded === 0 ? 1 : 0);
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  const answer = question.upstream ? await open(question) : question.recorded ? await judgeRecorded(question) : counts;
  process.stdout.write(JSON.stringify(answer) + '\n');
}
process.exit();
