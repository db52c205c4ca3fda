/** A folder of a server that holds a few megabytes: a tmpfs, as a disk that fills up. */
import { randomUUID } from 'node:crypto';
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type DebianUser, debianRoot } from '../../../scripts/engines/debian-root.ts';
import { runProgram } from '../../../scripts/engines/run-program.ts';

export interface SmallDisk {
  /** Its path for the server. */
  readonly inside: string;
  /** Leaves room for so many megabytes. */
  fill(megabytes: number): Promise<void>;
  /** Makes room; what it holds stays. */
  grow(): Promise<void>;
  stop(): Promise<void>;
}

/** @param size as mount has it: `4m` */
export async function smallDisk(user: DebianUser, size: string): Promise<SmallDisk> {
  const root = await debianRoot();
  const { inside, outside, remove } = await root.dataFolder(user);
  const { uid, gid } = await stat(outside);
  const options = `size=${size},uid=${uid},gid=${gid},mode=755`;
  try {
    await runProgram('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', outside]);
  } catch (error) {
    await remove();
    throw new Error(
      'The full disk of the tests is a small tmpfs, which mount refuses. Run as root with CAP_SYS_ADMIN (docker run --privileged).',
      { cause: error },
    );
  }
  return {
    inside,
    fill: async (megabytes) => {
      const { bavail, bsize } = await statfs(outside);
      const size = bavail * bsize - megabytes * 2 ** 20;
      await runProgram('fallocate', ['-l', String(size), join(outside, randomUUID())]);
    },
    grow: async () => {
      const { blocks, bsize } = await statfs(outside);
      const size = blocks * bsize + 64 * 2 ** 20;
      await runProgram('mount', ['-o', `remount,size=${size}`, outside]);
    },
    async stop() {
      await runProgram('umount', ['--lazy', outside]);
      await remove();
    },
  };
}
