/** What a build tells its caller while it runs. */
export interface BuildReporter {
  /** A stage begins; `total` is given if its length is known. */
  stage(name: string, total?: number): void;
  /** `done` steps of the current stage are complete; `reused` of them needed no work, because an earlier build had done it. */
  step(done: number, reused?: number): void;
  /** A warning that the owner should see immediately. */
  warn(line: string): void;
}

export const SILENT: BuildReporter = {
  stage: () => undefined,
  step: () => undefined,
  warn: () => undefined,
};
