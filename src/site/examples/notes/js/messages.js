/** What to say of an error to people. Programs look at `code`, people get these words. */
import { ErrorCode, LatchkeyError } from './latchkey.js';

const WORDS = {
  [ErrorCode.InvalidCredentials]: 'The username or the password is wrong.',
  [ErrorCode.MissingFields]: 'Please look at the marked fields.',
  [ErrorCode.InvalidRequest]: 'Please look at the marked fields.',
  [ErrorCode.GenderRequired]: 'Please look at the marked fields.',
  [ErrorCode.InvalidPassword]: 'Please choose another password.',
  [ErrorCode.EmailNotVerified]: 'Please confirm your e-mail address first: follow the link in the mail that was sent to it. Then log in.',
  [ErrorCode.UsernameExists]: 'This username is taken.',
  [ErrorCode.EmailExists]: 'This e-mail address has an account already.',
  [ErrorCode.InvalidToken]: 'You are logged out.',
  [ErrorCode.InvalidRefreshToken]: 'You are logged out.',
  [ErrorCode.InvalidValue]: 'The server does not take this text. It may be too long.',
  [ErrorCode.PayloadTooLarge]: 'The server does not take this text. It is too long.',
  [ErrorCode.QuotaExceeded]: 'There is no more room for your notes. Delete some, or make them shorter.',
  [ErrorCode.NotFound]: 'This server sends no mails.',
  [ErrorCode.TooManyRequests]: 'That was too often.',
  [ErrorCode.Unavailable]: 'The server is busy.',
};

/** These codes name a field by themselves. */
const FIELDS = {
  [ErrorCode.UsernameExists]: { username: 'is taken. If it is yours, log in instead' },
  [ErrorCode.EmailExists]: { email: 'has an account already. If it is yours, log in instead' },
};

export function explain(error) {
  if (error.code === undefined) {
    return 'There is no connection to the server.';
  }
  return WORDS[error.code] ?? `${error.message} (Request ${error.requestId})`;
}

/** What is wrong with which field of a form; of several things the first. */
export function wrongFields(error) {
  const fields = { ...FIELDS[error.code] };
  for (const { field, message } of error.errors) {
    fields[field] ??= message;
  }
  return fields;
}

/** Whether the same call may work later; of a mistake in this application nobody but the browser's console is told. */
export function isTransient(error) {
  if (!(error instanceof LatchkeyError)) {
    throw error;
  }
  return error.code === undefined || error.status === 429 || error.status >= 500;
}

/** When that will be, as far as the server has said it. */
export function whenToTryAgain(error) {
  return isTransient(error) && error.retryAfter ? ` Try again ${inSeconds(error.retryAfter)}.` : '';
}

export function inSeconds(count) {
  return count < 90 ? `in ${count} second${count === 1 ? '' : 's'}` : `in ${Math.ceil(count / 60)} minutes`;
}
