import type { FileRef } from '../../../../core/file-ref.ts';

/** A release that was built on another machine. */
export interface DeployedRelease {
  /**
   * The text of its manifest.
   * @throws ReleaseProblem
   */
  manifest(): Promise<string>;
  /**
   * A file of it, whose hash is right.
   * @throws ReleaseProblem
   */
  read(ref: FileRef): Promise<Uint8Array>;
  close(): void;
}

/** Why a release, or a file of it, cannot be used: a clause without a full stop. The build goes on without it. */
export class ReleaseProblem extends Error {
  /** HTTP status, if a server answered. */
  readonly status: number | undefined;

  constructor(problem: string, status?: number) {
    super(problem);
    this.status = status;
  }
}
