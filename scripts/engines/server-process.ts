/** A server of a test's or a benchmark's own: on the loopback interface, stopped by its process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Of a server, whatever its engine. */
export interface EngineServer {
  readonly version: string;
  readonly port: number;
  /** Kills the process at once, as a power failure does. */
  kill(): Promise<void>;
  /** Starts it again, with the same data and port. */
  restart(): Promise<void>;
  /** Stops it, and deletes its data. */
  stop(): Promise<void>;
}

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Throws until the server answers. */
  ready(): Promise<unknown>;
  readonly startMs?: number;
  /** Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
}

/** Every server that runs, so that none outlives this process. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
// Without a listener, a signal ends this process and not its servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export class ServerProcess {
  readonly #command: ServerCommand;
  #child: ChildProcess | null = null;
  #log = '';

  constructor(command: ServerCommand) {
    this.#command = command;
  }

  /** The end of what it wrote. */
  get log(): string {
    return this.#log.slice(-4000);
  }

  async start(): Promise<void> {
    const { program, args, env, ready, startMs = 90_000 } = this.#command;
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    let failure: Error | null = null;
    child.once('error', (error) => {
      failure = error;
      running.delete(child);
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-100_000);
      });
    }
    this.#child = child;
    const until = Date.now() + startMs;
    for (;;) {
      try {
        await ready();
        return;
      } catch (error) {
        if (failure || child.exitCode !== null || Date.now() > until) {
          await this.end('SIGKILL');
          throw new Error(`${program} does not start: ${failure ?? ''} ${this.log}`, {
            cause: error,
          });
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async end(signal: NodeJS.Signals = this.#command.stopSignal ?? 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null || !running.has(child))
      return;
    const ended = once(child, 'exit');
    child.kill(signal);
    // A server that does not stop when asked to must not hang the tests.
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(timer);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}
