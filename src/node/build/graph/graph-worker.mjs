/** The door to graph-worker.ts where the source itself runs: Node 20 starts no worker from TypeScript. */
import { register } from 'tsx/esm/api';

register();
await import('./graph-worker.ts');
