import { Latchkey } from 'latchkey-client';

/** The real server. */
export const URL = process.env.LATCHKEY_URL;

export const PASSWORD = 'secure_password123';

let number = 0;

/** Nobody has this username. */
export function newName() {
  return `u${process.pid.toString(36)}x${Date.now().toString(36)}x${number++}`;
}

export function newUser(username = newName()) {
  return { username, email: `${username}@example.com`, password: PASSWORD, fullName: 'Alice Doe', age: 30, gender: 'female' };
}

/** A client in which a new user is logged in. */
export async function registered(options) {
  const latchkey = new Latchkey(URL, options);
  await latchkey.register(newUser());
  return latchkey;
}
