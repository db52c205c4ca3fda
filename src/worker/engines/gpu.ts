/** The GPU of this device: whether there is one, and a device of our own for ONNX Runtime. */
import { EngineError, messageOf } from '../../core/errors.ts';
import type { OrtProvider } from '../../engine/onnx/onnx-embedder.ts';

export interface Gpu {
  /** Vendor and architecture, as in `nvidia/ampere`. Measurements are valid for one name only. */
  readonly name: string;
  /** Whether this is a software implementation of WebGPU. */
  readonly isFallback: boolean;
  /** An adapter can create one device only, so each call needs a new adapter. */
  adapter(): Promise<GPUAdapter>;
}

/**
 * Finds the GPU that the browser prefers.
 * @throws EngineError if there is none, with the reason
 */
export async function findGpu(): Promise<Gpu> {
  // ONNX Runtime's build needs JSPI to wait for the GPU.
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

/** Optional adapter features that ONNX Runtime uses. */
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
 * Creates our own device, because ONNX Runtime does not report the loss of the device it creates itself.
 * @throws EngineError if the adapter cannot create one
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

/** If the GPU rejects a step, its output buffer has undefined contents. */
function errorOf(device: GPUDevice): Promise<string> {
  return new Promise((resolve) => {
    device.addEventListener('uncapturederror', (event) => {
      // Reported by us, not in the console.
      event.preventDefault();
      resolve(event.error.message);
    });
  });
}
