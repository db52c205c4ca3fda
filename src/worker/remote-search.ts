/** The script that pages with `remote` load; scripts of the worker are named after their files in this folder. */
export { RemoteEngine } from './remote/remote-engine.ts';
