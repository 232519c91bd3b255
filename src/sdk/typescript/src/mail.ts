import { ErrorKind, LatchkeyError } from './error.js';
import type { EmailApi } from './generated/apis/EmailApi.js';
import type { EmailLogInApi } from './generated/apis/EmailLogInApi.js';
import type { PasswordResetApi } from './generated/apis/PasswordResetApi.js';
import type { RequestedVerification } from './generated/models/RequestedVerification.js';
import type { CallOptions } from './latchkey.js';
import type { Session } from './session.js';

/** What the user has from a mail: the code that was typed in, or the token of the link. */
export type CodeOrToken = { code: string; token?: never } | { token: string; code?: never };

/** The same, for who is not known by anything else: a code needs the address that it was sent to. */
export type AddressedCodeOrToken = { email: string; code: string; token?: never } | { token: string; email?: never; code?: never };

/** "Forgot my password": short ways, beside the operations of the contract. */
export interface PasswordResets extends PasswordResetApi {
  /** Asks for a mail with a code and a link. It succeeds whether any account has this address. */
  request(email: string, options?: CallOptions): Promise<void>;

  /** Sets the new password. All sessions of the user end, and nobody is logged in by it. A code or link that is no longer good fails with `INVALID_CODE`. */
  confirm(reset: AddressedCodeOrToken & { newPassword: string }, options?: CallOptions): Promise<void>;
}

/** Proves that a user reads the mail of an address: short ways, beside the operations of the contract. */
export interface EmailVerifications extends EmailApi {
  /** Asks for a mail with a code and a link to the address of the user that waits to be confirmed. */
  requestVerification(options?: CallOptions): Promise<RequestedVerification>;

  /** Proves the address. Nobody needs to be logged in. A code or link that is no longer good fails with `INVALID_CODE`. */
  confirm(proof: AddressedCodeOrToken, options?: CallOptions): Promise<void>;
}

/** A log-in that waits for the code of a mail. Keep it like a password. */
export interface PendingLogIn {
  /** Where the mail goes; the name of the log-in. */
  readonly email: string;
  /** Lets this device, and no other, log in with the code. */
  readonly deviceToken: string;
  /** Seconds until the code expires. */
  readonly expiresIn: number;
}

/** Logs in without a password, by a code from a mail: short ways, beside the operations of the contract. */
export interface EmailLogIns extends EmailLogInApi {
  /**
   * Asks for a mail to log in with. It succeeds whether any account has this address. The client keeps the result for `confirm`; a page that may be
   * reloaded before the user has the code, or is opened anew by the link, keeps it in its storage.
   */
  request(email: string, options?: CallOptions): Promise<PendingLogIn>;

  /** Logs in. `pending` is what `request` gave; by default to this client. A code or link that is no longer good fails with `INVALID_CODE`. */
  confirm(proof: CodeOrToken, options?: CallOptions & { pending?: PendingLogIn }): Promise<void>;
}

export function makePasswordResets(api: PasswordResetApi): PasswordResets {
  return {
    ...api,

    async request(email, options = {}) {
      await api.requestPasswordReset({ email }, options);
    },

    async confirm(reset, options = {}) {
      await api.confirmPasswordReset(reset, options);
    },
  };
}

export function makeEmailVerifications(api: EmailApi): EmailVerifications {
  return {
    ...api,

    async requestVerification(options = {}) {
      return (await api.requestEmailVerification(options)).data;
    },

    async confirm(proof, options = {}) {
      await api.confirmEmailVerification(proof, options);
    },
  };
}

export function makeEmailLogIns(api: EmailLogInApi, session: () => Session): EmailLogIns {
  let kept: PendingLogIn | undefined;
  return {
    ...api,

    async request(email, options = {}) {
      const { deviceToken, expiresIn } = (await api.requestEmailLogIn({ email }, options)).data;
      return (kept = { email, deviceToken, expiresIn });
    },

    async confirm({ code, token }, { pending = kept, ...options } = {}) {
      if (pending === undefined) {
        throw new LatchkeyError('No log-in by mail is pending: call emailLogIn.request first, or give what it gave as pending.', { kind: ErrorKind.ClientFailure });
      }
      const { email, deviceToken } = pending;
      await session().begin(email, async () => (await api.createTokenByEmail({ deviceToken, code, token, refresh: true }, options)).data);
      // Another may have been given, or asked for in the meantime.
      if (kept === pending) {
        kept = undefined;
      }
    },
  };
}
