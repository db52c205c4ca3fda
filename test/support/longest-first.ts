/** Starts the files that take longest first; a long file at the end leaves the other cores without work. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Seconds on two idle cores, of the files that take more than seven. */
const SECONDS: Readonly<Record<string, number>> = {
  'e2e/parity.long.test.ts': 80,
  'e2e/parts.long.test.ts': 55,
  'e2e/engines.long.test.ts': 53,
  'e2e/page-cache.long.test.ts': 53,
  'e2e/same-pixels.long.test.ts': 50,
  'node/build/output-folder.long.test.ts': 49,
  'e2e/remote.test.ts': 43,
  'node/build/previous/photos/cache.long.test.ts': 39,
  'e2e/bad-photos.long.test.ts': 38,
  'e2e/chaos.long.test.ts': 37,
  'e2e/search.test.ts': 37,
  'e2e/layout-shift.long.test.ts': 36,
  'e2e/shop.test.ts': 34,
  'node/build/choose/rotations.long.test.ts': 32,
  'e2e/return.long.test.ts': 30,
  'e2e/offline.test.ts': 30,
  'e2e/strict-pages.test.ts': 28,
  'kernel/threads.test.ts': 27,
  'e2e/bad-bundles.long.test.ts': 26,
  'node/model/pull.long.test.ts': 25,
  'node/cli/query.test.ts': 24,
  'node/serve/search.test.ts': 22,
  'worker/engines/webgpu.long.browser.test.ts': 22,
  'node/serve/elastic.test.ts': 21,
  'node/cli/eval-shared.long.test.ts': 20,
  'package/plain.test.ts': 19,
  'node/cli/init.long.test.ts': 19,
  'e2e/two-sites.long.test.ts': 18,
  'node/build/killed.long.test.ts': 18,
  'e2e/several-bundles.long.test.ts': 17,
  'node/build/previous/deployed.long.test.ts': 17,
  'node/build/choose/space.long.test.ts': 16,
  'package/types.test.ts': 16,
  'widget/inputs/a11y.browser.test.ts': 16,
  'e2e/crop.test.ts': 14,
  'cache/broken-loads.long.test.ts': 14,
  'node/build/rebuild.long.test.ts': 14,
  'e2e/similar.test.ts': 14,
  'worker/tuner/engine-tuner.long.browser.test.ts': 14,
  'node/build/similar.long.test.ts': 14,
  'node/cli/push.test.ts': 14,
  'node/cli/command.test.ts': 13,
  'node/build/table-build.long.test.ts': 13,
  'node/cli/terminal.test.ts': 13,
  'node/cli/eval-robust.long.test.ts': 12,
  'engine/onnx-node.test.ts': 12,
  'e2e/worker-life.long.test.ts': 11,
  'node/stores/postgres.test.ts': 11,
  'offline/pages.browser.test.ts': 11,
  'scripts/fuzz.long.test.ts': 11,
  'e2e/large.long.test.ts': 11,
  'node/build/build.test.ts': 10,
  'engine/vgg16-standin.long.test.ts': 10,
  'node/build/trim.long.test.ts': 10,
  'e2e/second-visit.long.test.ts': 10,
  'node/build/build-threads.long.test.ts': 10,
  'node/model/convert.long.test.ts': 10,
  'node/photos/download.test.ts': 10,
  'engine/hnsw/hnsw-retriever.test.ts': 10,
  'node/cli/build-watch.long.test.ts': 10,
  'e2e/first-visit.test.ts': 9,
  'node/model/embedder/embedder-pool.long.test.ts': 9,
  'node/serve/service.test.ts': 9,
  'node/serve/bad-times.test.ts': 9,
  'node/build/index/parts/delta.test.ts': 9,
  'node/build/report/html-report.long.test.ts': 8,
  'node/cli/eval.test.ts': 8,
  'node/model/load.test.ts': 8,
  'package/vite.test.ts': 8,
  'scripts/docs.test.ts': 8,
  'engine/kernel-node.test.ts': 8,
  'worker/remote/remote-engine.test.ts': 7,
};

/** A file that is not listed counts as short. */
const secondsOf = ({ moduleId }: TestSpecification): number => {
  const at = moduleId.lastIndexOf('/test/');
  return SECONDS[moduleId.slice(at + '/test/'.length)] ?? 0;
};

const keyOf = ({ project }: TestSpecification): string =>
  `${project.config.sequence.groupOrder} ${project.name}`;

export class LongestFirst extends BaseSequencer {
  /** Groups and projects are in the order that Vitest gives them. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const places = [...new Set(sorted.map(keyOf))];
    return sorted.sort(
      (a, b) => places.indexOf(keyOf(a)) - places.indexOf(keyOf(b)) || secondsOf(b) - secondsOf(a),
    );
  }
}
