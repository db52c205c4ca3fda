/** Takes the lock, says so, holds it for a while: node --import tsx lock-process.ts FOLDER MILLISECONDS [--wait] */
import { setTimeout as sleep } from 'node:timers/promises';
import { lockFolder } from '../../../src/node/files/lock.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const [, , folder = '', milliseconds = '0', wait] = process.argv;
try {
  const lock = await lockFolder(folder, {
    command: 'soutu build',
    wait: wait === '--wait',
    onWait: print,
  });
  print(`locked ${process.pid}`);
  await sleep(Number(milliseconds));
  print(`released ${process.pid}`);
  await lock.release();
} catch (error) {
  print(`refused: ${(error as Error).message}`);
}
