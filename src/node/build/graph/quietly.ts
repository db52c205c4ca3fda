// biome-ignore-all lint/suspicious/noConsole: the console is what is filtered here
const METHODS = ['log', 'warn', 'error'] as const;

/** Prefixes of hnswlib-wasm's messages. Its errors are also thrown as exceptions, so nothing is lost. */
const CHATTER =
  /^(EmscriptenFileSystemManager|[a-z]\. |warning: \d+ FS\.syncfs|-{10,}|Error initializing the library)/;

let depth = 0;
let original: Partial<Pick<Console, (typeof METHODS)[number]>> = {};

/**
 * Filters hnswlib-wasm's messages from the console while `work` runs; all other messages pass. Functions that it
 * binds while it loads (Emscripten's `print`) stay filtered.
 */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  if (depth++ === 0) {
    for (const method of METHODS) {
      const pass = console[method];
      original[method] = pass;
      console[method] = (...words) => {
        if (!CHATTER.test(String(words[0]))) pass(...words);
      };
    }
  }
  try {
    return await work();
  } finally {
    if (--depth === 0) {
      Object.assign(console, original);
      original = {};
    }
  }
}
