import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';

/** Serves the worker with a line before it: what a browser's settings do to its globals. */
export function withPrelude(folder: string, line: string) {
  return (path: string, _: unknown, response: ServerResponse): boolean => {
    if (!/^assets\/main-[\w-]+\.js$/.test(path)) return false;
    response.setHeader('Content-Type', 'text/javascript');
    response.end(`${line}\n${readFileSync(`${folder}/${path}`, 'utf8')}`);
    return true;
  };
}
