import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isTokens, type Tokens, type TokenStore } from './tokens.js';

let number = 0;

/**
 * Keeps the tokens in a file that only the user of the operating system can read (mode 0600): for command-line programs, in Node.js. The clients for Python
 * and Java read the same file.
 */
export class FileTokenStore implements TokenStore {
  readonly #path: string;

  /** The folder is created if it does not exist. */
  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<Tokens | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
    return tokensIn(text);
  }

  async save({ username, accessToken, expiresAt, refreshToken }: Tokens): Promise<void> {
    const text = JSON.stringify({ username, access_token: accessToken, refresh_token: refreshToken, expires_at: expiresAt / 1000 });
    const folder = this.#path.replace(/[^/\\]*$/, '');
    if (folder !== '') {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    // Writes a new file and renames it, so that nobody reads half of it, and an old file with another mode is replaced.
    const written = `${this.#path}.${(globalThis as unknown as { process: { pid: number } }).process.pid}-${number++}`;
    try {
      await writeFile(written, text, { mode: 0o600, flag: 'wx' });
      await rename(written, this.#path);
    } catch (error) {
      await rm(written, { force: true });
      throw error;
    }
  }

  async clear(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** Any other content counts as logged out. */
function tokensIn(text: string): Tokens | undefined {
  try {
    const { username, access_token: accessToken, refresh_token, expires_at } = JSON.parse(text);
    const tokens = { username, accessToken, refreshToken: refresh_token ?? '', expiresAt: expires_at * 1000 };
    return isTokens(tokens) && Number.isFinite(tokens.expiresAt) ? tokens : undefined;
  } catch {
    return undefined;
  }
}
