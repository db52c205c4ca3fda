/** Answers of Redis: `+OK`, `-ERR …`, `:1`, `$3 one`, `*2 …`, each line ending in CR LF. */
export type Reply = Buffer | number | null | readonly Reply[];

export interface Parsed {
  readonly reply: Reply;
  /** The message, if the answer is an error. */
  readonly error: string | null;
  /** Where the next answer begins. */
  readonly end: number;
}

const CR_LF = Buffer.from('\r\n');

/** @returns null if the answer is not complete */
export function parseReply(data: Buffer, at: number): Parsed | null {
  const lineEnd = data.indexOf(CR_LF, at);
  if (lineEnd < 0) return null;
  const kind = String.fromCharCode(data[at] as number);
  const line = data.subarray(at + 1, lineEnd);
  const next = lineEnd + 2;
  const done = (reply: Reply, end = next): Parsed => ({ reply, error: null, end });
  if (kind === '+') return done(line);
  if (kind === '-') return { reply: null, error: line.toString(), end: next };
  const number = Number(line.toString('latin1'));
  if (kind === ':') return done(number);
  if (kind !== '$' && kind !== '*') throw new Error(`The server does not speak Redis' protocol.`);
  if (number < 0) return done(null);
  if (kind === '$') {
    if (data.length < next + number + 2) return null;
    return done(data.subarray(next, next + number), next + number + 2);
  }
  const list: Reply[] = [];
  let end = next;
  for (let i = 0; i < number; i++) {
    const element = parseReply(data, end);
    if (element === null) return null;
    list.push(element.reply);
    end = element.end;
  }
  return done(list, end);
}

export function textOf(reply: Reply | undefined): string | null {
  if (reply instanceof Buffer) return reply.toString();
  return typeof reply === 'number' ? String(reply) : null;
}

export function listOf(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : [];
}
