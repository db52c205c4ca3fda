/** Builds the package's browser files: one folder, to import from or to copy to any host. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, loadConfigFromFile, type Plugin, type UserConfig } from 'vite';
import {
  type Beside,
  findWorkerBeside,
  loadFromBeside,
  loadWidgetBeside,
  loadWordsBeside,
  WORKER_FILE,
  withUrls,
} from './beside.ts';
import { packBundler } from './bundler.ts';
import { at } from './paths.ts';
import { scriptsInside } from './scripts-inside.ts';
import type { ThirdParty } from './third-party.ts';

/** @param bundler the folder with the entries for bundlers */
export async function packBrowser(
  out: string,
  bundler: string,
  thirdParty: ThirdParty,
): Promise<void> {
  const write = (name: string, entry: string, ...plugins: Plugin[]) =>
    writeScript(join(out, name), entry, [...plugins, thirdParty.plugin()]);
  await mkdir(out, { recursive: true });
  const beside: Beside = {
    modules: new Map([[WORKER_FILE, at('src/worker/main.ts')]]),
    assets: new Map(),
  };
  // The map grows during the iteration.
  for (const [name, entry] of beside.modules) {
    await write(name, entry, loadFromBeside(beside));
  }
  thirdParty.note(beside.assets.values());
  for (const [name, path] of beside.assets) await copyFile(path, join(out, name));
  const names = [...beside.modules.keys(), ...beside.assets.keys()].filter(
    (name) => name !== WORKER_FILE,
  );
  const words = new Map<string, string>();
  const exported = new Map<string, readonly string[]>();
  for (const [name, source] of PAGE_SCRIPTS) {
    const entry = at(source);
    const plugins = [findWorkerBeside(entry), loadWordsBeside(words), scriptsInside()];
    exported.set(name, await write(name, entry, ...plugins));
  }
  for (const [name, entry] of words) await write(name, entry);
  // It has no worker, so bundlers use the same file.
  await write('similar.js', at('src/widget/similar/define.ts'));
  // It loads the widget.js of its folder when the dialog is opened, so bundlers have a copy.
  const button = at('src/widget/button/define.ts');
  await write('button.js', button, loadWidgetBeside(button));
  await write('sw.js', at('src/offline/service-worker.ts'));
  await packBundler(bundler, out, exported, names);
  await copyFile(join(out, 'button.js'), join(bundler, 'button.js'));
  // The same element, with the types that the framework needs.
  for (const framework of ['react', 'vue']) {
    for (const folder of [out, bundler]) await writeFile(join(folder, `${framework}.js`), ELEMENT);
  }
}

const PAGE_SCRIPTS = [
  ['soutu.js', 'src/client/index.ts'],
  ['widget.js', 'src/widget/define.ts'],
] as const;

const ELEMENT = "export { SoutuSearch } from './widget.js';\n";

/**
 * Bundles a source module into one self-contained script.
 * @returns the names of its exports
 */
export async function writeScript(
  path: string,
  entry: string,
  plugins: readonly Plugin[],
): Promise<readonly string[]> {
  const { define, resolve } = await ownConfig();
  const built = await build({
    configFile: false,
    root: at('.'),
    publicDir: false,
    logLevel: 'error',
    mode: 'production',
    ...(define ? { define } : {}),
    ...(resolve ? { resolve } : {}),
    plugins: [...plugins],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      lib: { entry, formats: ['es'], fileName: () => basename(path) },
      minify: 'oxc',
      rollupOptions: { output: { codeSplitting: false, minify: true } },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  const files = result && 'output' in result ? result.output : [];
  const [script, ...more] = files;
  if (script?.type !== 'chunk' || more.length > 0) {
    throw new Error(`${path}: expected one script, got ${files.map((file) => file.fileName)}`);
  }
  await writeFile(path, withUrls(script.code));
  return script.exports;
}

let config: Promise<UserConfig> | null = null;

/** The search page's Vite configuration, so that constants and conditions are the same. */
function ownConfig(): Promise<UserConfig> {
  config ??= loadConfigFromFile(
    { command: 'build', mode: 'production' },
    at('vite.config.ts'),
  ).then((loaded) => {
    if (!loaded) throw new Error('vite.config.ts is not there');
    return loaded.config;
  });
  return config;
}
