/** The shipped model for larger pictures: so much work that threads are worth it. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @param folder of the model; it and what lies above it are made */
export async function largerModel(folder: string): Promise<void> {
  await cp('public/models/vgg16-lite', folder, { recursive: true });
  const path = join(folder, 'model.json');
  // The test picture's vector is that of the model's own size.
  const { canary: _, ...spec } = JSON.parse(await readFile(path, 'utf8'));
  const larger = {
    ...spec,
    input: { ...spec.input, width: 320, height: 320, views: [{ window: 1 }] },
  };
  await writeFile(path, JSON.stringify(larger));
}

/** What a site sends so that its pages may share memory between threads. */
export const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
