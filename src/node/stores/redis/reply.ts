/**
 * Answers of Redis: `+OK`, `-ERR …`, `:1`, `$3 one`, `*2 …`, each line ending in CR LF. The reader keeps what it has read of an
 * answer, so that a long one, in many pieces, is read once.
 */
export type Reply = Buffer | number | null | readonly Reply[];

export interface Answer {
  readonly reply: Reply;
  /** The message, if the answer is an error. */
  readonly error: string | null;
}

const CR_LF = Buffer.from('\r\n');
/** Our commands get lists of lists at most. */
const DEEPEST = 8;
const LONGEST_LINE = 64 * 1024;
const MOST_BYTES = 512 * 2 ** 20;

interface OpenList {
  readonly items: Reply[];
  readonly length: number;
}

export class ReplyReader {
  readonly #lists: OpenList[] = [];
  /** Bytes that are not read yet, in the pieces in which they came. */
  #pieces: Buffer[] = [];
  #size = 0;
  /** Bytes of the text that follows; null before a line. */
  #text: number | null = null;

  /**
   * @returns the answers that are complete now
   * @throws Error if this is not Redis' protocol
   */
  read(piece: Buffer): readonly Answer[] {
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#text !== null && this.#size < this.#text + 2) return [];
    const data = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    const answers: Answer[] = [];
    let at = 0;
    for (;;) {
      if (this.#text !== null) {
        const end = at + this.#text;
        if (data.length < end + 2) break;
        this.#add(data.subarray(at, end), null, answers);
        this.#text = null;
        at = end + 2;
        continue;
      }
      const end = data.indexOf(CR_LF, at);
      if (end < 0) {
        if (data.length - at > LONGEST_LINE) throw foreign();
        break;
      }
      this.#line(data, at, end, answers);
      at = end + 2;
    }
    const rest = data.subarray(at);
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
    return answers;
  }

  #line(data: Buffer, at: number, end: number, answers: Answer[]): void {
    const kind = String.fromCharCode(data[at] as number);
    const line = data.subarray(at + 1, end);
    if (kind === '+') {
      this.#add(line, null, answers);
      return;
    }
    if (kind === '-') {
      this.#add(null, line.toString(), answers);
      return;
    }
    const number = Number(line.toString('latin1'));
    const isNumber = line.length > 0 && Number.isSafeInteger(number);
    if (!':$*'.includes(kind) || !isNumber) throw foreign();
    if (kind === ':') this.#add(number, null, answers);
    else if (number < 0) this.#add(null, null, answers);
    else if (number > MOST_BYTES) throw foreign();
    else if (kind === '$') this.#text = number;
    else if (number === 0) this.#add([], null, answers);
    else if (this.#lists.length === DEEPEST) throw foreign();
    else this.#lists.push({ items: [], length: number });
  }

  /** An answer of its own, or the next element of the innermost list. */
  #add(reply: Reply, error: string | null, answers: Answer[]): void {
    let complete = reply;
    for (let list = this.#lists.at(-1); list; list = this.#lists.at(-1)) {
      list.items.push(complete);
      if (list.items.length < list.length) return;
      this.#lists.pop();
      complete = list.items;
    }
    answers.push({ reply: complete, error: complete === reply ? error : null });
  }
}

function foreign(): Error {
  return new Error(
    'The server does not speak the protocol of Redis; is the port right, and rediss:// for TLS?',
  );
}

export function textOf(reply: Reply | undefined): string | null {
  if (reply instanceof Buffer) return reply.toString();
  return typeof reply === 'number' ? String(reply) : null;
}

export function listOf(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : [];
}
