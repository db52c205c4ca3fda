/** The kernel's threads in the browser: workers that share its memory, which only isolated pages may. */
import type { VggSpec } from '../core/model/spec.ts';
import type { Threads } from '../kernel/team.ts';
/** Undefined where one thread is enough, or all that there is. */
export declare function kernelThreads(spec: VggSpec): Threads | undefined;
/**
 * Processors that share their arithmetic count as two, and little ones as much as large ones, so from four on half of
 * them compute.
 */
export declare function threadCount(processors: number): number;
export declare function startThread(start: Parameters<Threads['start']>[0]): Worker;
