/** A worker that answers, waits for ever, or dies, as it is asked. */
import { expose } from 'comlink';

expose({
  open: async (bundle: string) => {
    if (bundle === 'wait') await new Promise(() => undefined);
    if (bundle === 'die') {
      setTimeout(() => {
        throw new Error('out of memory');
      });
      await new Promise(() => undefined);
    }
    if (bundle === 'refuse') throw Object.assign(new Error('No.'), { name: 'BundleError' });
    return bundle;
  },
});
