/** A thread of the kernel: started by kernel-threads.ts, and told there what to compute. */
import { help, type ThreadStart } from '../../kernel/thread.ts';

// One that cannot help ends, and is not missed.
self.onmessage = ({ data }: MessageEvent<ThreadStart>) => help(data).catch(() => self.close());
