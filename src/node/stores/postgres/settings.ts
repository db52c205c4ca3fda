import type { StoreSettings } from '../settings.ts';

export interface PostgresSettings extends StoreSettings {
  /** Up to this many rows, every row is compared; default 5,000. */
  readonly exactUpTo?: number;
}
