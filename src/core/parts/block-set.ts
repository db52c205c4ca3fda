/** How a manifest names a set of files with details or titles; blocks.ts reads the files. */
import { isRecord } from '../check-record.ts';

/** Files with `rows` items each; the last one may have fewer. */
export interface BlockSet {
  /** 16 hexadecimal digits. */
  readonly set: string;
  /** Items of all files. */
  readonly count: number;
  readonly rows: number;
  /** Total size of the files. */
  readonly bytes: number;
}

const MAX_BLOCKS = 16 ** 6;

export function isBlockSet(value: unknown): value is BlockSet {
  const { set, count, rows, bytes }: Partial<Record<string, unknown>> = isRecord(value)
    ? value
    : {};
  const isCount = (n: unknown) => Number.isSafeInteger(n) && (n as number) > 0;
  return (
    typeof set === 'string' &&
    /^[0-9a-f]{16}$/.test(set) &&
    [count, rows, bytes].every(isCount) &&
    (count as number) <= (rows as number) * MAX_BLOCKS
  );
}
