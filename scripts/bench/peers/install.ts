/** Installs the peers into a folder of their own: nothing of Soutu depends on them. */
import { execFile } from 'node:child_process';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const VERSIONS = {
  usearch: '2.25.3',
  'voy-search': '0.6.3',
  '@orama/orama': '3.1.18',
} as const;
/** sqlite-vec is an extension of SQLite; apsw is an SQLite that may load extensions. */
export const PYTHON = { 'sqlite-vec': '0.1.9', apsw: '3.54.1.0' } as const;

export interface PeersFolder {
  /** Of the packages of npm. */
  readonly modules: string;
  readonly python: string;
}

export async function installPeers(): Promise<PeersFolder> {
  const folder = join(process.env.SOUTU_PEERS ?? join(homedir(), '.cache', 'soutu-bench-peers'));
  await mkdir(folder, { recursive: true });
  const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
    cwd: folder,
  });
  const python = join(folder, 'venv', 'bin', 'python');
  if (!(await stat(python).catch(() => null)))
    await run('python3', ['-m', 'venv', 'venv'], { cwd: folder });
  const wheels = Object.entries(PYTHON).map(([name, version]) => `${name}==${version}`);
  await run(python, ['-m', 'pip', 'install', '--quiet', ...wheels]);
  return { modules: join(folder, 'node_modules'), python };
}
