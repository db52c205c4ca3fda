/**
 * Debian 13 in a folder, for servers that are newer than the machine's: PostgreSQL 17 with pgvector, PgBouncer,
 * MariaDB 11.8 and Redis 8. mmdebstrap fetches it by apt from Debian's mirror, verified with the keyring of the machine; its programs run
 * by chroot. About 100 s and 600 MB.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './cache.ts';
import { runProgram } from './run-program.ts';

const PACKAGES = [
  'mariadb-server',
  'postgresql-17',
  'postgresql-17-pgvector',
  'redis-server',
  'pgbouncer',
];
const KEYRINGS = '/usr/share/keyrings';
const MIRROR = 'http://deb.debian.org/debian';
const WITHOUT = ['doc', 'man', 'locale', 'info'].map(
  (folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`,
);

export type DebianUser = 'mysql' | 'postgres' | 'redis';

export interface DebianRoot {
  /** A program and its arguments, to be run inside as that user. */
  command(user: DebianUser, program: string, args: readonly string[]): [string, readonly string[]];
  run(user: DebianUser, program: string, args: readonly string[]): Promise<string>;
  /** An empty folder of that user's. */
  dataFolder(user: DebianUser): Promise<DataFolder>;
}

export interface DataFolder {
  /** Its path for programs inside. */
  readonly inside: string;
  /** Its path on the machine. */
  readonly outside: string;
  remove(): Promise<void>;
}

export async function debianRoot(): Promise<DebianRoot> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'The engines of Debian 13 run by chroot, which needs root. Run as root, or in a container.',
    );
  }
  const folder = await installOnce('debian-13-c', install);
  const command: DebianRoot['command'] = (user, program, args) => [
    'chroot',
    [`--userspec=${user}`, folder, program, ...args],
  ];
  return {
    command,
    run: (user, program, args) => runProgram(...command(user, program, args)),
    async dataFolder(user) {
      const outside = await mkdtemp(join(folder, 'tmp', 'soutu-'));
      await chmod(outside, 0o755);
      const inside = outside.slice(folder.length);
      await runProgram('chroot', [folder, 'chown', `${user}:`, inside]);
      return { inside, outside, remove: () => rm(outside, { recursive: true, force: true }) };
    },
  };
}

async function install(folder: string): Promise<void> {
  await runProgram('mmdebstrap', ['--version']).catch(installMmdebstrap);
  await runProgram('mmdebstrap', [
    '--quiet',
    '--variant=minbase',
    `--keyring=${KEYRINGS}`,
    `--include=${PACKAGES.join(',')}`,
    ...WITHOUT,
    // Packages must start no server of their own.
    '--essential-hook=printf "#!/bin/sh\\nexit 101\\n" > "$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"',
    'trixie',
    folder,
    MIRROR,
  ]);
}

async function installMmdebstrap(): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runProgram('apt-get', ['update', '-qq'], { env });
  await runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'mmdebstrap'], {
    env,
  });
}
