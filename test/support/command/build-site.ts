import { spawn } from 'node:child_process';
import { soutuArgs } from './packed.ts';

/** Runs `soutu build`; what it said is in the error where it fails. */
export function buildSite(photos: string, out: string, flags: string[] = []): Promise<void> {
  const args = soutuArgs(['build', photos, '--out', out, ...flags]);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`soutu build ended with ${code}:\n${said}`)),
    );
  });
}
