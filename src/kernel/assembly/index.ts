/** What the kernel's WebAssembly gives to src/kernel/kernel.ts; AssemblyScript, compiled by scripts/kernel/build.ts. */
export { direct3, pool } from './direct';
export { stageF16, stageF32, stageI8 } from './stage';
export { weights2, weights4, winograd2, winograd4 } from './winograd';
