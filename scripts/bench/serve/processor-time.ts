import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

interface Process {
  readonly parent: number;
  /** With that of the children that have ended. */
  readonly ms: number;
}

/**
 * Processor time of a process and all that it has started, in milliseconds; NaN where there is no /proc.
 * @param but processes that are left out, with all that they have started
 */
export function processorTime(root: number, but: readonly number[] = []): number {
  const processes = new Map<number, Process>();
  try {
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      const read = readStat(name);
      if (read) processes.set(Number(name), read);
    }
  } catch {
    return Number.NaN;
  }
  const ofTree = (pid: number): number => {
    if (but.includes(pid)) return 0;
    const children = [...processes].filter(([, { parent }]) => parent === pid);
    return children.reduce((sum, [child]) => sum + ofTree(child), processes.get(pid)?.ms ?? 0);
  };
  return ofTree(root);
}

/** See proc_pid_stat(5). The name, in brackets, may have spaces. */
function readStat(pid: string): Process | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (place: number) => fields[place - 3] as number;
  return { parent: at(4), ms: (at(14) + at(15) + at(16) + at(17)) * TICK_MS };
}
