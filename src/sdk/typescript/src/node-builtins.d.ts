/** The parts of Node.js that are used here; its type package would be a dependency of all users. */
declare module 'node:fs/promises' {
  export function mkdir(path: string, options: { recursive: true; mode: number }): Promise<string | undefined>;
  export function readFile(path: string, encoding: 'utf8'): Promise<string>;
  export function rename(from: string, to: string): Promise<void>;
  export function rm(path: string, options: { force: true }): Promise<void>;
  export function writeFile(path: string, data: string, options: { mode: number; flag: string }): Promise<void>;
}
