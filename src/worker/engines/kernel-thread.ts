/** A helper thread of the kernel, started and instructed by kernel-threads.ts. */
import { help, type ThreadStart } from '../../kernel/thread.ts';

// A helper that fails ends; the work completes without it.
self.onmessage = ({ data }: MessageEvent<ThreadStart>) => help(data).catch(() => self.close());
