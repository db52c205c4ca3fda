/** `soutu serve` as it is packaged, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../engines/server-process.ts';
import { packNode } from '../../package/node.ts';
import { at } from '../../package/paths.ts';
import { collectThirdParty } from '../../package/third-party.ts';

export interface PackedService {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startPackedService(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<PackedService> {
  // In the repository, so that Node finds the packages that are not bundled.
  await mkdir(at('dist'), { recursive: true });
  const folder = await mkdtemp(at('dist/bench-'));
  const port = await freePort();
  await packNode(folder, collectThirdParty());
  const flags = ['--port', String(port), '--rate', '0', '--no-log'];
  const child = spawn(process.execPath, [join(folder, 'soutu.js'), 'serve', ...args, ...flags], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const [first] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer | number];
  child.stdout.resume();
  if (!Buffer.isBuffer(first)) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`soutu serve ended with ${first}.`);
  }
  return { host: '127.0.0.1', port, pid: child.pid as number, stop };
}
