/**
 * The little of Protocol Buffers that an ONNX file needs (https://protobuf.dev/programming-guides/encoding):
 * a message is a run of fields, each a key (number × 8 + wire type) and a value. Chunks are kept in a
 * list and joined once at the end, so that weights are copied a single time.
 */
import { concat } from '../../core/concat.ts';
import { encodeUtf8 } from '../../core/text.ts';

const VARINT = 0;
const LENGTH_DELIMITED = 2;

export class Message {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** int32, int64, enum: not negative here */
  int(field: number, value: number): this {
    return this.#push(varint(field * 8 + VARINT)).#push(varint(value));
  }

  text(field: number, value: string): this {
    return this.bytes(field, encodeUtf8(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#push(varint(field * 8 + LENGTH_DELIMITED))
      .#push(varint(value.length))
      .#push(value);
  }

  message(field: number, value: Message): this {
    this.#push(varint(field * 8 + LENGTH_DELIMITED)).#push(varint(value.#length));
    for (const chunk of value.#chunks) this.#push(chunk);
    return this;
  }

  messages(field: number, values: readonly Message[]): this {
    for (const value of values) this.message(field, value);
    return this;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return concat(Uint8Array, this.#chunks);
  }

  #push(chunk: Uint8Array): this {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    return this;
  }
}

/** Seven bits a byte, the lowest first, the top bit set on all but the last. */
function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return Uint8Array.from(out);
}
