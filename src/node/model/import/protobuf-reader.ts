/**
 * Reads Protocol Buffers (https://protobuf.dev/programming-guides/encoding). A message becomes a list of its
 * undecoded fields; the caller asks for the fields it knows.
 *
 * Not the `pbf` package (5.1.2): it does not check bounds. Lengths beyond the end of a file give shorter byte
 * arrays, missing bytes of a varint count as 0, and invalid UTF-8 becomes replacement characters, so a
 * damaged ONNX file would be read as another model.
 */
import { SoutuError } from '../../../core/errors.ts';
import { decodeUtf8 } from '../../../core/text.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
const MAX_VARINT_BYTES = 10;

type Value = number | Uint8Array;

export class Fields {
  readonly #fields = new Map<number, Value[]>();
  readonly #where: string;

  /**
   * @param where names the file in errors
   * @throws SoutuError `ModelError` for bytes that are not a message
   */
  constructor(bytes: Uint8Array, where: string) {
    this.#where = where;
    let at = 0;
    const varint = (): number => {
      const [value, next] = varintAt(bytes, at) ?? this.#bad();
      at = next;
      return value;
    };
    const take = (length: number): Uint8Array => {
      if (length < 0 || at + length > bytes.length) this.#bad();
      at += length;
      return bytes.subarray(at - length, at);
    };
    while (at < bytes.length) {
      const key = varint();
      const field = Math.floor(key / 8);
      let value: Value;
      if (key % 8 === VARINT) value = varint();
      else if (key % 8 === LENGTH_DELIMITED) value = take(varint());
      else if (key % 8 === FIXED64) value = take(8);
      else if (key % 8 === FIXED32) value = take(4);
      else value = this.#bad();
      const list = this.#fields.get(field) ?? [];
      list.push(value);
      this.#fields.set(field, list);
    }
  }

  #bad(): never {
    throw new SoutuError(
      'ModelError',
      `${this.#where}: not an ONNX file, or damaged. Export it again.`,
    );
  }

  number(field: number): number | undefined {
    const value = this.#fields.get(field)?.at(-1);
    return typeof value === 'number' ? value : undefined;
  }

  /** Repeated numbers, packed or one by one. */
  numbers(field: number): number[] {
    return (this.#fields.get(field) ?? []).flatMap((value) =>
      typeof value === 'number' ? [value] : this.#packed(value),
    );
  }

  bytes(field: number): Uint8Array | undefined {
    const value = this.#fields.get(field)?.at(-1);
    return value instanceof Uint8Array ? value : undefined;
  }

  text(field: number): string {
    const bytes = this.bytes(field);
    return bytes ? this.#text(bytes) : '';
  }

  texts(field: number): string[] {
    return this.#lists(field).map((bytes) => this.#text(bytes));
  }

  message(field: number): Fields | undefined {
    const bytes = this.bytes(field);
    return bytes && new Fields(bytes, this.#where);
  }

  messages(field: number): Fields[] {
    return this.#lists(field).map((bytes) => new Fields(bytes, this.#where));
  }

  #lists(field: number): Uint8Array[] {
    return (this.#fields.get(field) ?? []).filter((value) => value instanceof Uint8Array);
  }

  #text(bytes: Uint8Array): string {
    try {
      return decodeUtf8(bytes);
    } catch {
      return this.#bad();
    }
  }

  #packed(bytes: Uint8Array): number[] {
    const numbers: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const [value, next] = varintAt(bytes, at) ?? this.#bad();
      numbers.push(value);
      at = next;
    }
    return numbers;
  }
}

/** @returns the number and where the next field starts; null if the bytes end before it does */
function varintAt(bytes: Uint8Array, start: number): [value: number, next: number] | null {
  let value = 0;
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte & 0x80) continue;
    // int64: negative numbers take ten bytes.
    return [value >= 2 ** 63 ? value - 2 ** 64 : value, start + i + 1];
  }
  return null;
}
