import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Measured } from './clients.ts';
import { processorTime } from './processor-time.ts';

const CLIENTS_FILE = fileURLToPath(new URL('./clients.ts', import.meta.url));

/** What one turn measured. */
export interface Turn extends Measured {
  readonly ms: number;
  /** Processor time of the service, and of the engine, in milliseconds. */
  readonly serviceMs: number;
  readonly engineMs: number;
}

/** @param service its process; the engine is what else this process has started */
export async function turn(jobFile: string, ms: number, service: number): Promise<Turn> {
  const clients = spawn(process.execPath, ['--import', 'tsx', CLIENTS_FILE, jobFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(clients, 'exit');
  const pid = clients.pid as number;
  const now = () => ({
    service: processorTime(service),
    engine: processorTime(process.pid, [service, pid]) - ownTime(),
  });
  let before = now();
  let measured: Measured | null = null;
  for await (const line of createInterface(clients.stdout)) {
    if (line === 'measuring') {
      before = now();
      continue;
    }
    measured = JSON.parse(line) as Measured;
    break;
  }
  const after = now();
  clients.stdin.end();
  await ended;
  if (!measured) throw new Error('The clients ended without a result.');
  return {
    ...{ ...measured, ms },
    serviceMs: after.service - before.service,
    engineMs: after.engine - before.engine,
  };
}

function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds, of one query. */
export interface Summary {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
  /** Processor time. */
  readonly engineMs: number;
  readonly serviceMs: number;
  readonly clientsMs: number;
  readonly allMs: number;
}

export function summary(turns: readonly Turn[]): Summary {
  const times = turns.flatMap((one) => one.times).sort((a, b) => a - b);
  const total = (of: (one: Turn) => number) => turns.reduce((sum, one) => sum + of(one), 0);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  const [engineMs, serviceMs, clientsMs] = [
    total((one) => one.engineMs) / times.length,
    total((one) => one.serviceMs) / times.length,
    total((one) => one.processorMs) / times.length,
  ];
  return {
    perSecond: times.length / (total(({ ms }) => ms) / 1000),
    ...{ p50: at(0.5), p99: at(0.99), errors: total(({ errors }) => errors) },
    ...{ engineMs, serviceMs, clientsMs, allMs: engineMs + serviceMs + clientsMs },
  };
}

export function rounded(one: Summary): Record<string, number> {
  return Object.fromEntries(Object.entries(one).map(([name, n]) => [name, Number(n.toFixed(2))]));
}
