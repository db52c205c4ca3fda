/**
 * Reads Protocol Buffers (https://protobuf.dev/programming-guides/encoding): a message becomes a list of its
 * fields, undecoded; who knows the message asks for what it needs.
 */
import { SoutuError } from '../../../core/errors.ts';
import { decodeUtf8 } from '../../../core/text.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

type Value = number | Uint8Array;

export class Fields {
  readonly #fields = new Map<number, Value[]>();
  readonly #where: string;

  /**
   * @param where names the file in errors
   * @throws SoutuError `ModelError` for bytes that are no message
   */
  constructor(bytes: Uint8Array, where: string) {
    this.#where = where;
    let at = 0;
    const varint = (): number => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++];
        if (byte === undefined || shift > 63) this.#bad();
        value += ((byte as number) & 0x7f) * 2 ** shift;
        if (((byte as number) & 0x80) === 0) break;
      }
      // int64: negative numbers take ten bytes.
      return value >= 2 ** 63 ? value - 2 ** 64 : value;
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
      `${this.#where}: not an ONNX file, or damaged: its fields do not add up. Export it again.`,
    );
  }

  number(field: number): number | undefined {
    const value = this.#fields.get(field)?.at(-1);
    return typeof value === 'number' ? value : undefined;
  }

  /** Repeated numbers, packed or one by one. */
  numbers(field: number): number[] {
    return (this.#fields.get(field) ?? []).flatMap((value) =>
      typeof value === 'number' ? [value] : varints(value),
    );
  }

  bytes(field: number): Uint8Array | undefined {
    const value = this.#fields.get(field)?.at(-1);
    return value instanceof Uint8Array ? value : undefined;
  }

  text(field: number): string {
    const bytes = this.bytes(field);
    return bytes ? decodeUtf8(bytes) : '';
  }

  texts(field: number): string[] {
    return this.#lists(field).map((bytes) => decodeUtf8(bytes));
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
}

function varints(bytes: Uint8Array): number[] {
  const out: number[] = [];
  let value = 0;
  let shift = 0;
  for (const byte of bytes) {
    value += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    if (byte & 0x80) continue;
    out.push(value >= 2 ** 63 ? value - 2 ** 64 : value);
    value = 0;
    shift = 0;
  }
  return out;
}
