/**
 * Lists the tests of a run that passed only when they were tried again. A browser on a loaded machine may miss a
 * moment; that must not fail a release, nor must it be hidden.
 */
import type { Reporter, TestModule } from 'vitest/node';

export default class SecondTries implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const late: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests('passed')) {
        if (test.diagnostic()?.flaky) late.push(`${module.relativeModuleId}: ${test.fullName}`);
      }
    }
    if (late.length === 0) return;
    process.stdout.write(`\nPassed at the second try, please look into:\n  ${late.join('\n  ')}\n`);
  }
}
