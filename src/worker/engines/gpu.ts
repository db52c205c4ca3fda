/** The GPU of this device: whether there is one, and a device of our own for ONNX Runtime. */
import { EngineError, messageOf } from '../../core/errors.ts';
import type { OrtProvider } from '../../engine/onnx/onnx-embedder.ts';

export interface Gpu {
  /** Vendor and architecture, as `nvidia/ampere`: what was measured on one says nothing of another. */
  readonly name: string;
  /** Software that only looks like a GPU. */
  readonly isFallback: boolean;
  /** Gives one device only; each call is given a new one. */
  adapter(): Promise<GPUAdapter>;
}

/**
 * Whichever the browser prefers.
 * @throws EngineError where there is none, with the reason
 */
export async function findGpu(): Promise<Gpu> {
  // What ONNX Runtime's build needs to wait for the GPU.
  if (!('Suspending' in WebAssembly)) {
    throw noGpu('this browser has no promise integration for WebAssembly, JSPI');
  }
  const { info } = await requestAdapter();
  return {
    name: `${info.vendor}/${info.architecture}`,
    isFallback: info.isFallbackAdapter,
    adapter: requestAdapter,
  };
}

async function requestAdapter(): Promise<GPUAdapter> {
  const { gpu } = navigator as Partial<WorkerNavigator>;
  if (!gpu) throw noGpu('this browser has none, or only on https pages');
  const adapter = await gpu.requestAdapter().catch((error: unknown) => {
    throw noGpu(messageOf(error));
  });
  if (!adapter) throw noGpu('the browser gives no GPU');
  return adapter;
}

function noGpu(reason: string): EngineError {
  return new EngineError(`WebGPU cannot be used here: ${reason}.`);
}

/** What ONNX Runtime makes use of where the adapter has it. */
const FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups'];

const LIMITS = [
  'maxBindGroups',
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const;

/**
 * A device of our own, because the one that ONNX Runtime would make does not tell when it is lost.
 * @throws EngineError where the adapter gives none
 */
export async function openDevice(adapter: GPUAdapter): Promise<OrtProvider> {
  const device = await adapter
    .requestDevice({
      requiredFeatures: FEATURES.filter((name) => adapter.features.has(name)),
      requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
    })
    .catch((error: unknown) => {
      throw noGpu(messageOf(error));
    });
  return {
    engine: 'onnxruntime-webgpu',
    option: { name: 'webgpu', device } as { name: string },
    lost: Promise.race([
      device.lost.then(({ reason, message }) => message || reason),
      errorOf(device),
    ]),
    dispose: () => device.destroy(),
  };
}

/** A step that the GPU refuses leaves numbers behind that nobody computed. */
function errorOf(device: GPUDevice): Promise<string> {
  return new Promise((resolve) => {
    device.addEventListener('uncapturederror', (event) => {
      // Said by us, not in the console.
      event.preventDefault();
      resolve(event.error.message);
    });
  });
}
