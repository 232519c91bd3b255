export { Latchkey, type CallOptions, type LatchkeyOptions } from './latchkey.js';
export { ErrorKind, LatchkeyError } from './error.js';
export { MemoryTokenStore, WebStorageTokenStore, type Tokens, type TokenStore, type WebStorage } from './tokens.js';
export { type Clock } from './clock.js';
export { type CallInit, type CallRequest, type Result, type Tagged, type Upserted } from './calls.js';
export { type BatchOptions, type Data, type DeleteOptions, type ImportOptions, type ListOptions, type SetOptions } from './data.js';
export { type AddressedCodeOrToken, type CodeOrToken, type EmailLogIns, type EmailVerifications, type PasswordResets, type PendingLogIn } from './mail.js';
export { type ChangeEvent, type ChangesOptions, type Deletion, type Gone, type Position, type Put } from './changes.js';
export { type Mirror, type MirrorOptions, type MirrorState } from './mirror.js';
export { type CopyPage, type MirrorEntry, type MirrorStore, type StoredChange, type StoredEntry } from './mirror-store.js';
export { memoryStore } from './memory-store.js';
export { indexedDbStore } from './indexed-db-store.js';
export { type FailedEntry, type ImportSummary } from './import.js';

export * from './generated/models/index.js';
export type * from './generated/apis/index.js';
