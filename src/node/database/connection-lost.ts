/** The server went away. With a new connection, reading may go on. */
export class ConnectionLost extends Error {}

/** A network's error, not the server's. */
export function isOfNetwork(error: unknown): boolean {
  const { code = '' } = error as { code?: unknown };
  return /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|PROTOCOL_)/.test(String(code));
}
