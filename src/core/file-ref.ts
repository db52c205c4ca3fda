/** A file of known content: `file` is relative to the manifest or `model.json` that names it. */
export interface FileRef {
  readonly file: string;
  readonly bytes: number;
  /** lower-case hexadecimal */
  readonly sha256: string;
}

export function isFileRef(value: unknown): value is FileRef {
  const ref = value as FileRef | null;
  return (
    typeof ref === 'object' &&
    ref !== null &&
    typeof ref.file === 'string' &&
    typeof ref.sha256 === 'string' &&
    // Only names below the folder: no scheme, no root, no way up.
    /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(ref.file) &&
    Number.isSafeInteger(ref.bytes) &&
    ref.bytes >= 0 &&
    /^[0-9a-f]{64}$/.test(ref.sha256)
  );
}
