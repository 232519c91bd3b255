// Compiled, never run: what a program may write, and what it may not.
import {
  ErrorCode,
  Latchkey,
  LatchkeyError,
  MemoryTokenStore,
  WebStorageTokenStore,
  type Account,
  type AccountChanges,
  type BatchResult,
  type Change,
  type ChangeEvent,
  type ChangeList,
  type Data,
  type DataApi,
  type Deletion,
  type Entry,
  type EntryList,
  type FailedEntry,
  type FieldError,
  type Gone,
  type ImportedEntry,
  type ImportSummary,
  indexedDbStore,
  memoryStore,
  type Mirror,
  type MirrorEntry,
  type MirrorOptions,
  type MirrorState,
  type MirrorStore,
  type NewUser,
  type PendingLogIn,
  type Position,
  type Put,
  type RequestedVerification,
  type ReadEntryResponse,
  type Session,
  type Tagged,
  type Tokens,
  type TokenStore,
  type UpdateEntryOptions,
  type Upserted,
  ErrorKind,
  ImportMode,
  Success,
  type CallInit,
  type User,
} from 'latchkey-client';
import { FileTokenStore } from 'latchkey-client/node';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

const user: NewUser = { username: 'alice', email: 'a@example.com', password: 'secret', fullName: 'Alice', gender: 'female' };
const latchkey = new Latchkey('http://localhost:3000', { log: console.log });
const registered: User = await latchkey.register(user);
const isSuccess: boolean = (await latchkey.data.deleteEntry('a')).status === Success.Success;
const withId: CallInit = ({ init }) => ({ headers: { ...init.headers, 'X-Request-Id': registered.userId } });
await latchkey.data.readEntry('a', withId);
await new Latchkey(new URL('http://localhost:3000'), { fetch, tokenStore: new MemoryTokenStore(), maxRetries: 1, maxWaitMs: 1 }).logIn(user);
const operations: DataApi = latchkey.data;
same<Data, typeof latchkey.data>(true);

const answer = await latchkey.data.readEntry('a', { signal: AbortSignal.timeout(1) });
const asBefore: ReadEntryResponse = answer;
same<ReadEntryResponse & Tagged, typeof answer>(true);
same<string, typeof answer.etag>(true);
same<Entry, typeof answer.data>(true);
same<string, typeof answer.data.value>(true);
same<string | undefined, Awaited<ReturnType<typeof latchkey.username>>>(true);

// What was written for a client without options.
const init: RequestInit = {};
const anyInit: CallInit = init;
same<ReadEntryResponse & Tagged, Awaited<ReturnType<DataApi['readEntry']>>>(true);
for (const each of [init, anyInit, withId, undefined]) {
  if (each !== undefined) {
    same<Entry, Awaited<ReturnType<typeof latchkey.data.readEntry>>['data']>(true);
    const { data }: ReadEntryResponse = await latchkey.data.readEntry('a', each);
    await latchkey.data.createEntry({ key: 'a', value: data.value }, each);
    await latchkey.data.updateEntry('a', { value: '' }, each);
    await latchkey.data.deleteEntry('a', each);
  }
}

await latchkey.passwordReset.request('a@example.com');
await latchkey.passwordReset.confirm({ token: 'a', newPassword: 'b' }, { signal: AbortSignal.timeout(1) });
await latchkey.passwordReset.confirm({ email: 'a@example.com', code: 'a', newPassword: 'b' });
// @ts-expect-error: a code needs its address.
await latchkey.passwordReset.confirm({ code: 'a', newPassword: 'b' });
// @ts-expect-error: a token needs no address.
await latchkey.email.confirm({ token: 'a', email: 'a@example.com' });
const verification: RequestedVerification = await latchkey.email.requestVerification();
const pending: PendingLogIn = await latchkey.emailLogIn.request(verification.email);
await latchkey.emailLogIn.confirm({ code: 'a' });
await latchkey.emailLogIn.confirm({ token: 'a' }, { pending });

const cached: { etag: string } | undefined = undefined as { etag: string } | undefined;
const unlessSame = await latchkey.data.readEntry('a', { ifNoneMatch: '"1"', signal: AbortSignal.timeout(1) });
same<(ReadEntryResponse & Tagged) | undefined, typeof unlessSame>(true);
const unlessCached = await latchkey.data.readEntry('a', { ifNoneMatch: cached?.etag });
same<(ReadEntryResponse & Tagged) | undefined, typeof unlessCached>(true);
const ifSame = await operations.readEntry('a', { ifMatch: answer.etag, headers: {} });
same<ReadEntryResponse & Tagged, typeof ifSame>(true);

const updated = await latchkey.data.updateEntry('a', { value: '', expiresIn: 1 }, { ifMatch: answer.etag, upsert: true, idempotencyKey: 'a' });
same<string, typeof updated.etag>(true);
same<boolean, typeof updated.created>(true);
same<string, Awaited<ReturnType<typeof latchkey.data.changeExpiry>>['etag']>(true);
same<string, Awaited<ReturnType<typeof latchkey.data.createEntry>>['etag']>(true);
same<string, Awaited<ReturnType<typeof latchkey.data.deleteEntry>>['etag']>(true);
const page: EntryList = (await latchkey.data.listEntries({ prefix: 'a', limit: 1, values: false })).data;
const options: UpdateEntryOptions = { ifNoneMatch: '*' };
await latchkey.data.updateEntry('a', { value: '' }, options);

const value: string | null = await latchkey.data.get('a', { signal: AbortSignal.timeout(1) });
const { etag, created } = await latchkey.data.set('a', value ?? '', { expiresIn: 60, ifMatch: answer.etag });
same<[string, boolean], [typeof etag, typeof created]>(true);
same<boolean, Awaited<ReturnType<typeof latchkey.data.delete>>>(true);
await latchkey.data.delete('a', { ifMatch: etag });
for await (const entry of latchkey.data.list({ prefix: 'notes/', limit: 10, pageSize: 5 })) {
  same<string, typeof entry.value>(true);
  same<Date, typeof entry.createdAt>(true);
}
for await (const entry of latchkey.data.list()) {
  same<string, typeof entry.etag>(true);
}
for await (const entry of latchkey.data.list({ values: false })) {
  // @ts-expect-error: was not asked for
  entry.value;
}
for await (const entry of latchkey.data.list({ values: page.entries.length > 1 })) {
  same<string | undefined, typeof entry.value>(true);
}
const results: BatchResult[] = await latchkey.data.batch([
  { op: 'put', key: 'a', value: 'b', ifMatch: etag },
  { op: 'check', key: 'c', ifNoneMatch: '*' },
]);
same<string | undefined, NonNullable<(typeof results)[0]>['etag']>(true);

for await (const change of latchkey.data.changes()) {
  same<'put' | 'delete' | 'gone', typeof change.type>(true);
  same<number, typeof change.revision>(true);
  if (change.type === 'put') {
    same<string, typeof change.value>(true);
    same<Date | undefined, typeof change.expiresAt>(true);
    const put: Put = change;
    same<ChangeEvent, typeof change | Deletion | Gone>(true);
    console.log(put);
  } else if (change.type === 'delete') {
    same<Deletion, typeof change>(true);
  } else {
    same<Gone, typeof change>(true);
  }
}
for await (const change of latchkey.data.changes({ since: 7, positions: true, signal: AbortSignal.timeout(1) })) {
  same<'put' | 'delete' | 'gone' | 'position', typeof change.type>(true);
  same<Position, Extract<typeof change, { type: 'position' }>>(true);
}
for await (const change of latchkey.data.changes({ values: false, positions: false })) {
  if (change.type === 'put') {
    // @ts-expect-error: was not asked for
    change.value;
  }
}
for await (const change of latchkey.data.changes({ values: page.entries.length > 1, positions: page.entries.length > 1 })) {
  same<'put' | 'delete' | 'gone' | 'position', typeof change.type>(true);
  if (change.type === 'put') {
    same<string | undefined, typeof change.value>(true);
  }
}
const following: AsyncGenerator<ChangeEvent, void, undefined> = latchkey.data.changes({ signal: AbortSignal.timeout(1) });
await following.return();
const { changes, more }: ChangeList = (await latchkey.data.readChanges({ since: 1, wait: 30, values: false })).data;
same<[Change[], boolean], [typeof changes, typeof more]>(true);

const mirror: Mirror = latchkey.data.mirror({ prefix: 'notes/', store: indexedDbStore('notes'), whileHidden: true });
await mirror.ready;
const mirrored: MirrorEntry | undefined = await mirror.get('notes/1');
same<string | undefined, typeof mirrored extends undefined ? never : NonNullable<typeof mirrored>['value'] | undefined>(true);
for await (const entry of mirror.entries()) {
  same<MirrorEntry, typeof entry>(true);
}
same<number | undefined, typeof mirror.revision>(true);
same<'connecting' | 'live' | 'offline' | 'closed', MirrorState>(true);
const stopListening: () => void = mirror.onChange((keys) => same<readonly string[] | undefined, typeof keys>(true));
stopListening();
mirror.onState((state) => same<MirrorState, typeof state>(true))();
same<Tagged & Upserted, Awaited<ReturnType<typeof mirror.set>>>(true);
await mirror.set('notes/1', 'a', { ifMatch: '"1"', expiresIn: 60, idempotencyKey: 'a' });
same<boolean, Awaited<ReturnType<typeof mirror.delete>>>(true);
await mirror.close();
const ownStore: MirrorStore = memoryStore();
const options2: MirrorOptions = { store: { ...ownStore, clear: async () => {} } };
latchkey.data.mirror(options2);

const elsewhere = new Latchkey('http://localhost:3001');
const imported: ImportSummary = await elsewhere.data.import(latchkey.data.list({ prefix: 'notes/' }), { mode: 'skip', signal: AbortSignal.timeout(1) });
const own: ImportedEntry[] = [{ key: 'a', value: 'b' }, { key: 'c', value: 'd', expiresAt: new Date() }, { key: 'e', value: 'f', expiresAt: null }];
await elsewhere.data.import(own);
await elsewhere.data.import(new Set(own), {});
await elsewhere.data.import(own, { mode: ImportMode.Replace });
await elsewhere.data.import((await latchkey.account.exportAccount()).data.entries);
const firstFailed: FailedEntry | undefined = imported.failures[0];
same<[number, string, ErrorCode] | undefined, typeof firstFailed extends undefined ? never : [FailedEntry['line'], FailedEntry['key'], FailedEntry['code']] | undefined>(true);
const lines = await elsewhere.data.importEntries('{}', { mode: 'replace', signal: AbortSignal.timeout(1), headers: {} });
same<number, typeof lines.data.created>(true);
await elsewhere.data.importEntries('{}', init.mode === undefined ? withId : undefined);

const account: Account = (await latchkey.account.readAccount()).data;
same<number | undefined, typeof account.age>(true);
same<Date, typeof account.createdAt>(true);
const session: Session | undefined = (await latchkey.sessions.listSessions()).data.sessions[0];
same<Date | undefined, typeof session extends undefined ? never : NonNullable<typeof session>['lastUsedAt'] | undefined>(true);

const nothing: AccountChanges = {};
const noAge: AccountChanges = { age: null };
await latchkey.account.updateAccount({ ...nothing, ...noAge, email: 'b@example.com' });
await latchkey.account.changePassword({ currentPassword: 'a', newPassword: 'b' });

const stop: () => void = latchkey.onChange((username) => same<string | undefined, typeof username>(true));
stop();

try {
  await latchkey.logOut({ signal: AbortSignal.abort() });
} catch (error) {
  if (error instanceof LatchkeyError) {
    const fields: readonly FieldError[] = error.errors;
    same<number, typeof error.status>(true);
    const isLate: boolean = error.kind === ErrorKind.Timeout && isSuccess;
    console.log(isLate);
    same<number | undefined, typeof error.retryAfter>(true);
    same<string | undefined, typeof error.requestId>(true);
    same<string | undefined, typeof error.etag>(true);
    same<number | undefined, typeof error.revision>(true);
    switch (error.code) {
      case ErrorCode.KeyExists:
      case 'USERNAME_EXISTS':
      case 'A_CODE_OF_LATER':
      case undefined:
        console.log(fields.map(({ field, message }) => `${field} ${message}`));
    }
  }
}

class OwnStore implements TokenStore {
  async load(): Promise<Tokens | undefined> {
    return undefined;
  }
  async save(tokens: Tokens): Promise<void> {
    same<number, typeof tokens.expiresAt>(true);
  }
  async clear(): Promise<void> {}
}
new Latchkey('', { tokenStore: new OwnStore() });
new Latchkey('', { tokenStore: new FileTokenStore('login.json') });
new Latchkey('', { tokenStore: new WebStorageTokenStore(sessionStorage, 'mine') });

// @ts-expect-error: without the gender
const incomplete: NewUser = { username: 'alice', email: 'a@example.com', password: 'secret', fullName: 'Alice' };
// @ts-expect-error: in JSON, not here
const snake: NewUser = { ...user, full_name: 'Alice' };
// @ts-expect-error: cannot be removed
const noEmail: AccountChanges = { email: null };
// @ts-expect-error: a text
await latchkey.data.updateEntry('a', { value: 1 });
// @ts-expect-error: a text
await latchkey.data.set('a', 1);
// @ts-expect-error: an option has a name
await latchkey.data.readEntry('a', answer.etag);
// @ts-expect-error: no such option
await latchkey.data.readEntry('a', { upsert: true });
// @ts-expect-error: no such option
await latchkey.data.createEntry({ key: 'a', value: '' }, { ifMatch: '*' });
// @ts-expect-error: what is always so is no option
await latchkey.data.set('a', '', { upsert: false });
// @ts-expect-error: it may have been unchanged
unlessSame.data;
// @ts-expect-error: there may be none
value.length;
// @ts-expect-error: one at a time
latchkey.data.list().length;
// @ts-expect-error: no such mode
await latchkey.data.import([], { mode: 'cors' });
// @ts-expect-error: no such mode
await latchkey.data.importEntries('', { mode: 'cors' });
// @ts-expect-error: a date
await latchkey.data.import([{ key: 'a', value: 'b', expiresAt: '2030-01-01T00:00:00Z' }]);
// @ts-expect-error: without a value
await latchkey.data.import(latchkey.data.list({ values: false }));
// @ts-expect-error: a number
latchkey.data.changes({ since: '7' });
// @ts-expect-error: a stream has no such options
latchkey.data.changes({ wait: 30 });
// @ts-expect-error: a mirror is read one entry at a time
mirror.entries().length;
// @ts-expect-error: there may be none
(await mirror.get('a')).value;
// @ts-expect-error: its own affair
mirror.revision = 7;
// @ts-expect-error: a text of lines
await latchkey.data.import('{}');
// @ts-expect-error: no such operation in a batch
await latchkey.data.batch([{ op: 'read', key: 'a' }]);
// @ts-expect-error: no such operation
await latchkey.data.readAccount();
// @ts-expect-error: the answer has its data in `data`
answer.value;
// @ts-expect-error: no such code
ErrorCode.Teapot;
// @ts-expect-error: not for users
latchkey.data.readEntryRaw({ key: 'a' });
// @ts-expect-error: not for users
latchkey.data.readEntryRequestOpts({ key: 'a' });
// @ts-expect-error: not for users
latchkey.data.withMiddleware();
// @ts-expect-error: not for users
import { NewUserFromJSON } from 'latchkey-client';
// @ts-expect-error: not for users
import { instanceOfEntry } from 'latchkey-client';
// @ts-expect-error: not for users
import type { ReadEntryRequest } from 'latchkey-client';
// @ts-expect-error: an address is needed
new Latchkey();

console.log(incomplete, snake, noEmail, asBefore);
