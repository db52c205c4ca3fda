/** A file of known content: `file` is relative to the manifest or `model.json` that lists it. */
export interface FileRef {
  readonly file: string;
  readonly bytes: number;
  /** lower-case hexadecimal */
  readonly sha256: string;
  /** The file proves its own content: `sha256` is its key of 24 digits, and `bytes` the most it may have (has-hash.ts). */
  readonly isSealed?: boolean;
}

export function isFileRef(value: unknown): value is FileRef {
  const ref = value as FileRef | null;
  return (
    typeof ref === 'object' &&
    ref !== null &&
    isPathBelow(ref.file) &&
    typeof ref.sha256 === 'string' &&
    Number.isSafeInteger(ref.bytes) &&
    ref.bytes >= 0 &&
    /^[0-9a-f]{64}$/.test(ref.sha256)
  );
}

/** Whether this is a relative path that stays below its folder: no scheme, no root, no `..`. */
export function isPathBelow(path: unknown): path is string {
  return typeof path === 'string' && /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(path);
}
