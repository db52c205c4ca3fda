import { messageOf } from '../../core/errors.ts';

export type FailOn = 'none' | 'truncated';

const NO_REASON = 'Unknown error';
const MAX_READINGS = 10;

/**
 * libvips collects the messages of all concurrent reads in one buffer, which the next photo may clear before sharp
 * reads it. If the message is lost, the photo is read again, with the same result.
 */
export async function withReason<Value>(read: () => Promise<Value>): Promise<Value> {
  for (let readings = 1; ; readings++) {
    try {
      return await read();
    } catch (error) {
      if (firstLine(error) !== NO_REASON) throw error;
      // Some decoders write no message at all.
      if (readings === MAX_READINGS) throw new Error('the data is damaged', { cause: error });
    }
  }
}

/** The first line of an error's message, without the full stop. */
export function firstLine(error: unknown): string {
  return (messageOf(error).trim().split('\n')[0] ?? '').replace(/[.:]$/, '');
}
