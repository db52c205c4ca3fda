/**
 * Renders the sample shop: a potter's pieces, photographed by our own code, so that the photos may be
 * shipped. `npx tsx scripts/sample/main.ts [--out DIR] [--seed N] [--only N]`
 */
import { messageOf, SoutuError } from '../../src/core/errors.ts';
import { parseSampleOptions } from './options.ts';
import { writeSample } from './write.ts';

try {
  const options = parseSampleOptions(process.argv.slice(2));
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(0);
  const { pieces, pictures, bytes } = await writeSample(options, (done, total, id) => {
    const end = process.stderr.isTTY ? '\r' : '\n';
    process.stderr.write(`${done}/${total} ${id}, ${seconds()} s${end}`);
  });
  const size = `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(`${pieces} pieces, ${pictures} pictures, ${size} in ${options.out}, ${seconds()} s`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof SoutuError && error.name === 'UsageError' ? 2 : 1;
}
