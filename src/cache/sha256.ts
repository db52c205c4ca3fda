/**
 * SHA-256 in lower-case hexadecimal. Uses `crypto.subtle` if available, otherwise JavaScript, because
 * `crypto.subtle` exists only in secure contexts (https, localhost).
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = globalThis.crypto?.subtle
    ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
    : await inJavaScript(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function inJavaScript(bytes: Uint8Array): Promise<Uint8Array> {
  const { sha256: hash } = await import('@noble/hashes/sha2.js');
  return hash(bytes);
}
