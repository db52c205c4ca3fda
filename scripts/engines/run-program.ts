import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Runs a program to its end. @throws Error with the end of its output */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    const { stdout } = await exec(program, args, {
      ...options,
      env: { ...process.env, ...options.env },
      maxBuffer: 64 * 2 ** 20,
    });
    return stdout;
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message,
    } = error as Error & Record<'stdout' | 'stderr', string>;
    throw new Error(
      `${program} failed: ${message.slice(0, 300)}\n${`${stdout}\n${stderr}`.slice(-3000)}`,
    );
  }
}
