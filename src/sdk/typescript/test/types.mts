// Compiled, never run: what a program may write, and what it may not.
import {
  ErrorCode,
  Latchkey,
  LatchkeyError,
  MemoryTokenStore,
  WebStorageTokenStore,
  type Account,
  type AccountChanges,
  type DataApi,
  type Entry,
  type FieldError,
  type NewUser,
  type ReadEntryResponse,
  type Session,
  type Tokens,
  type TokenStore,
  ErrorKind,
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
same<DataApi, typeof latchkey.data>(true);

const answer = await latchkey.data.readEntry('a', { signal: AbortSignal.timeout(1) });
same<ReadEntryResponse, typeof answer>(true);
same<Entry, typeof answer.data>(true);
same<string, typeof answer.data.value>(true);
same<string | undefined, Awaited<ReturnType<typeof latchkey.username>>>(true);

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

console.log(incomplete, snake, noEmail);
