import { type ErrorCode, messageOf, SoutuError } from '../../core/errors.ts';

/** What an owner can do, by the codes of Node, MySQL (ER_…) and PostgreSQL (SQLSTATE). */
export type Advice = readonly (readonly [code: RegExp, advice: string])[];

/** Advice about the network, for every kind of server. */
export const NETWORK_ADVICE: Advice = [
  [/^ECONNREFUSED$/, 'Is the server running, and is the port right?'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'Is the name of the host right?'],
  [/^ENOENT$/, 'Is the path of the socket right?'],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'Can this machine reach the server?'],
];

/** The server of an error: how a message names it, and what it may not tell. */
export interface Redaction {
  /** The address without the password, with which the message begins. */
  readonly shown: string;
  readonly password: string | undefined;
  /** Other parts of the address, which messages may quote. */
  readonly names: readonly string[];
}

const SHORTEST = 4;

/** What may not be in a message, in all the forms in which it may come. */
function secretsOf({ password, names }: Redaction): string[] {
  if (password === undefined) return [];
  // Replacing a name or a few letters in a server's message would tell what the password is.
  if (password.length < SHORTEST || names.includes(password)) return [];
  return [...new Set([password, encodeURIComponent(password), encodeURI(password)])];
}

/** The code of an error, or of its cause; empty if it has none. */
export function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return String(code ?? (cause as { code?: unknown })?.code ?? '');
}

/** What an error says, in one line, without the password. */
export function saidBy(error: unknown, redaction: Redaction): string {
  // Before anything else changes the text, in which the secret would not be found then.
  const safe = secretsOf(redaction).reduce(
    (text, secret) => text.replaceAll(secret, '***'),
    messageOf(error),
  );
  return safe.replace(/\s+/g, ' ').trim() || codeOf(error) || 'unknown error';
}

/**
 * An error of a server as one of ours. It has no `cause`: packages put connections and their passwords into errors.
 * @param name of errors that are not ours
 * @returns the error itself if it is ours already
 */
export function faultOf(
  error: unknown,
  redaction: Redaction,
  advice: Advice,
  name: ErrorCode,
): SoutuError {
  const { shown } = redaction;
  if (error instanceof SoutuError && error.message.startsWith(shown)) return error;
  const what = saidBy(error, redaction);
  const code = codeOf(error);
  const help = advice.find(([pattern]) => pattern.test(code))?.[1];
  const sentence = /[.?!]$/.test(what) ? what : `${what}.`;
  return new SoutuError(
    error instanceof SoutuError ? error.name : name,
    `${shown}: ${sentence}${help === undefined ? '' : ` ${help}`}`,
  );
}
