/** Bytes and text: the little of the platform that Node, pages and workers share and ES2023's types lack. */
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare function atob(base64: string): string;
declare function btoa(binary: string): string;

/** @throws TypeError where the bytes are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** @throws DOMException where the text is not base64 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Little-endian f32 in base64, as manifests and model files carry vectors. */
export function decodeFloats(text: string): Float32Array<ArrayBuffer> {
  const bytes = decodeBase64(text);
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
}

export function encodeFloats(values: Float32Array): string {
  return encodeBase64(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
