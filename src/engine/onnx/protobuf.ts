/**
 * Writes the parts of Protocol Buffers that an ONNX file needs (https://protobuf.dev/programming-guides/encoding):
 * a message is a run of fields, each a key (number × 8 + wire type) and a value.
 *
 * Chunks stay in a list and are joined once at the end, so 59 MB of weights are copied a single time. The
 * `pbf` package (5.1.2) writes into one buffer that doubles, and moves the contents of every message to make
 * room for its length; it would also add 1.2 kB (brotli) to the page's engine, where this file takes 0.5 kB.
 */
import { concat } from '../../core/concat.ts';
import { encodeUtf8 } from '../../core/text.ts';

const VARINT = 0;
const LENGTH_DELIMITED = 2;

export class Message {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** int32, int64, enum; none of ours is negative. */
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

/** Seven bits per byte, lowest first; all but the last byte have the top bit set. */
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
