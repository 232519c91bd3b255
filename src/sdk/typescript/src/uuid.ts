/** A random UUID (RFC 9562, version 4). Pages that do not come by https have no `crypto.randomUUID`, and React Native has no `crypto`. */
export function uuid(): string {
  const { crypto } = globalThis as { crypto?: Partial<Crypto> };
  if (crypto?.randomUUID) {
    return crypto.randomUUID();
  }
  const bytes = Uint8Array.from({ length: 16 }, () => Math.random() * 256);
  crypto?.getRandomValues?.(bytes);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
