import { fileURLToPath } from 'node:url';
import { RATE_WINDOW_SECONDS } from '../experiment/scenario.js';
import type { ChildSpec } from '../processes/child.js';

const CONTROL_PLANE = fileURLToPath(new URL('../../../bundles/control-plane/main.js', import.meta.url));
const EDGE_AGENT = fileURLToPath(new URL('../../../weir-edge.mjs', import.meta.url));

/** Where users would reach the load balancer. Reserved for documentation: the edges listen on the loopback instead. */
export const DECLARED_ADDRESS = '203.0.113.10';
export const DECLARED_PORT = 80;

export interface ControlPlaneOptions {
  readonly port: number;
  readonly dataDirectory: string;
  readonly cycleSeconds: number;
}

export interface EdgeOptions {
  readonly name: string;
  readonly controlPlaneUrl: string;
  readonly stateDirectory: string;
  /** Where it takes connections in, on 127.0.0.1. */
  readonly port: number;
  readonly cycleSeconds: number;
}

/** The control plane as anybody runs it, only with shorter cycles. */
export function controlPlaneProcess({ port, dataDirectory, cycleSeconds }: ControlPlaneOptions): ChildSpec {
  return {
    name: 'the control plane',
    script: CONTROL_PLANE,
    settings: {
      WEIR_PORT: String(port),
      WEIR_DATA_DIRECTORY: dataDirectory,
      WEIR_CYCLE_SECONDS: String(cycleSeconds),
      WEIR_RATE_WINDOW_SECONDS: String(RATE_WINDOW_SECONDS),
      WEIR_LOG_LEVEL: 'warn',
      // Everything stays on the loopback of whoever runs the demo.
      WEIR_AUTHENTICATION: 'off',
    },
  };
}

/** An edge agent with the data plane that needs neither root nor IPVS. */
export function edgeProcess(options: EdgeOptions): ChildSpec {
  return {
    name: `the edge ${options.name}`,
    script: EDGE_AGENT,
    settings: {
      WEIR_EDGE_NAME: options.name,
      WEIR_CONTROL_PLANE_URL: options.controlPlaneUrl,
      WEIR_EDGE_STATE_DIRECTORY: options.stateDirectory,
      WEIR_EDGE_DATA_PLANE: 'userspace',
      WEIR_EDGE_HTTP_PORT: '0',
      WEIR_EDGE_REPORT_INTERVAL_MS: String(options.cycleSeconds * 500),
      WEIR_EDGE_LISTEN_MAP: `${DECLARED_ADDRESS}:${DECLARED_PORT}=127.0.0.1:${options.port}`,
      WEIR_EDGE_LOG_LEVEL: 'warn',
    },
  };
}
