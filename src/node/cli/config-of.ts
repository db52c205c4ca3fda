/** The config file of a command, by its options `--config FILE` and `--no-config`. */
import { SoutuError } from '../../core/errors.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { flag, type Parsed, text } from './command.ts';

/** @throws SoutuError `UsageError` */
export async function configOf(parsed: Parsed): Promise<LoadedConfig | null> {
  const path = text(parsed, 'config');
  if (!flag(parsed, 'no-config')) {
    const { loadConfig } = await import('../config/load-config.ts');
    return loadConfig(path);
  }
  if (path === undefined) return null;
  throw new SoutuError('UsageError', 'Give --config or --no-config, not both.');
}
