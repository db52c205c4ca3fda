/**
 * A browser test as on a machine that is slow and busy: a fifth of the processor, scripts that come late, and observers
 * that report late. A test that passes here waits for what happens, and for no length of time.
 */
import { cdp } from 'vitest/browser';

const SLOWER = 5;
const LATE_MS = 400;

/** What this file uses of Chromium's protocol. */
interface Protocol {
  send(method: string, parameters: object): Promise<unknown>;
}

const protocol = cdp() as unknown as Protocol;
await protocol.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
await protocol.send('Network.emulateNetworkConditions', {
  offline: false,
  latency: 100,
  downloadThroughput: -1,
  uploadThroughput: -1,
});

globalThis.ResizeObserver = class extends ResizeObserver {
  constructor(callback: ResizeObserverCallback) {
    super((...what) => setTimeout(() => callback(...what), LATE_MS));
  }
};
globalThis.IntersectionObserver = class extends IntersectionObserver {
  constructor(callback: IntersectionObserverCallback, options?: IntersectionObserverInit) {
    super((...what) => setTimeout(() => callback(...what), LATE_MS), options);
  }
};
