import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { type StaticServer, serveFolder } from '../serve/static-server.ts';
import { type Command, flag, number, positionals } from './command.ts';
import { print } from './terminal.ts';

const DEFAULT_PORT = 4173;

export const command: Command = {
  help: `soutu preview DIR

Serves a site made by "soutu build" on this machine only, as a static host would, until Ctrl+C.

  --port N     the port to try first (default ${DEFAULT_PORT}; the next free one is taken)
  --no-open    do not open a browser`,

  options: { port: { type: 'string' }, 'no-open': { type: 'boolean' } },

  async run(parsed) {
    const [folder] = positionals(parsed, ['DIR']) as [string];
    const port = number(parsed, 'port', { min: 0, max: 65535 }) ?? DEFAULT_PORT;
    await preview(folder, port, !flag(parsed, 'no-open'));
  },
};

export async function preview(folder: string, port = DEFAULT_PORT, open = true): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new SoutuError(
      'UsageError',
      `${folder}: no site here (index.html is missing). Make one: soutu build PHOTOS --out ${folder}`,
    );
  }
  const server = await serveFromPort(folder, port);
  print(`Serving ${folder} at ${server.url} (Ctrl+C to stop)`);
  if (open) openBrowser(server.url);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.close();
}

async function serveFromPort(folder: string, port: number): Promise<StaticServer> {
  const last = Math.min(port + 20, 65_535);
  for (let next = port; ; next++) {
    try {
      return await serveFolder(folder, { port: next });
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (taken && next < last) continue;
      throw new SoutuError(
        'UsageError',
        `Port ${next} cannot be used: ${messageOf(error)}. Choose another with --port N.`,
        { cause: error },
      );
    }
  }
}

/** Does nothing on machines without a desktop. */
function openBrowser(url: string): void {
  const { platform, env } = process;
  const opener =
    platform === 'darwin'
      ? ['open', url]
      : platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : env.DISPLAY || env.WAYLAND_DISPLAY
          ? ['xdg-open', url]
          : null;
  if (!opener || env.CI) return;
  const [program, ...args] = opener as [string, ...string[]];
  // The URL is printed anyway, so a missing program is not an error.
  spawn(program, args, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
