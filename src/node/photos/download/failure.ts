import { messageOf } from '../../../core/errors.ts';

/** Why a photo was not downloaded, as the end of a sentence about its URL. */
export class DownloadFailure extends Error {
  /** Whether another try may succeed. */
  readonly canRetry: boolean;
  /** How long the server asks to wait. */
  readonly waitMs: number;
  /** Whether the server said that there is no such photo: then an earlier copy does not count either. */
  readonly isGone: boolean;
  /** Whether the host did not answer, or not in time; then its other photos may fail, too. */
  readonly isOfHost: boolean;

  constructor(
    reason: string,
    {
      canRetry = false,
      waitMs = 0,
      isGone = false,
      isOfHost = false,
      cause,
    }: Partial<FailureInfo> = {},
  ) {
    super(reason, { cause });
    this.isOfHost = isOfHost;
    this.canRetry = canRetry;
    this.waitMs = waitMs;
    this.isGone = isGone;
  }
}

/** The disk of this machine failed, which ends the build. */
export class StorageFailure extends Error {
  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
  }
}

interface FailureInfo {
  readonly canRetry: boolean;
  readonly waitMs: number;
  readonly isGone: boolean;
  readonly isOfHost: boolean;
  readonly cause: unknown;
}

const WORDS: Partial<Record<string, string>> = {
  ENOTFOUND: 'the host has no address',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ETIMEDOUT: 'the connection timed out',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody that this machine trusts',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody that this machine trusts',
};

/** A fault of the connection. A certificate stays as it is; others may pass. */
export function failureOf(error: unknown): DownloadFailure {
  if (error instanceof DownloadFailure) return error;
  const { code = '', message = String(error) } = error as Partial<NodeJS.ErrnoException>;
  const canRetry = !/CERT|TLS|SSL|SIGNATURE|HPE_/.test(code);
  return new DownloadFailure(WORDS[code] ?? message.replace(/\.$/, ''), {
    canRetry,
    isOfHost: true,
    cause: error,
  });
}
